import type { ImplementationNoise } from '../study/noise.ts';
import type { FingerprintSequence } from './bitIdentity.ts';
import type { Labels } from './classAccuracy.ts';
import type { ClassIndices } from './predictions.ts';
import type { WeightTensor } from './weights.ts';

/** What is known of one replicate at the epoch that is analysed; null where it was not recorded. */
export interface ReplicateAtEpoch {
  /** Index within its variant. */
  readonly index: number;
  /** Fraction of the test examples predicted rightly. */
  readonly accuracy: number | null;
  /** Predicted class of each test example. */
  readonly predictions: ClassIndices | null;
  /** Weights and moving statistics at the end of the epoch. */
  readonly weights: readonly WeightTensor[] | null;
  /** Fingerprints up to the end of the epoch. */
  readonly fingerprints: FingerprintSequence | null;
}

/** A replicate that does not count. */
export interface ExcludedReplicate {
  readonly index: number;
  readonly reason: string;
}

/** A variant's replicates at the epoch that is analysed. */
export interface VariantAtEpoch {
  readonly name: string;
  /** What the variant's implementation noise is, where known: sentences call it by its name. */
  readonly implementation: ImplementationNoise | null;
  /** What was changed once in each replicate, in words; null where nothing was. */
  readonly perturbation?: string | null;
  /** Those that reached the epoch and count. */
  readonly replicates: readonly ReplicateAtEpoch[];
  /** Those that do not: diverged, failed, or left out by a person. */
  readonly excluded?: readonly ExcludedReplicate[];
}

/** A study at one epoch, as plain data. */
export interface StudyAtEpoch {
  readonly study: { readonly id: string; readonly name: string };
  /** Counted from 0. */
  readonly epoch: number;
  /** True class of each test example, in the order of the predictions. */
  readonly labels: Labels | null;
  readonly classNames: readonly string[] | null;
  /** Where each test example has attributes: labels and predictions are then [test examples, attributes] of 0 and 1. */
  readonly attributeNames?: readonly string[] | null;
  /** Names of the fingerprinted tensors, in order. */
  readonly tensorNames: readonly string[] | null;
  readonly variants: readonly VariantAtEpoch[];
}

/** What every measure of a variant is told beside the variant. */
export interface MeasureContext {
  readonly study: StudyAtEpoch;
  /** Confidence level of the intervals. */
  readonly level: number;
  /** Root of the random streams of bootstraps and simulations: same seed, same numbers. */
  readonly seed: number;
}
