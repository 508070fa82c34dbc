import type { ImplementationNoise } from '../study/noise.ts';
import { usualLevel } from './interval.ts';
import { measureAccuracy } from './measures/accuracy.ts';
import { measureChurn } from './measures/churn.ts';
import { measureClasses } from './measures/classAccuracy.ts';
import { measureIdentity } from './measures/identity.ts';
import { measureWeightDistance } from './measures/weightDistance.ts';
import type { ExcludedReplicate, MeasureContext, StudyAtEpoch, VariantAtEpoch } from './studyAtEpoch.ts';

/** Everything measured of one variant; each measure documents its own fields. */
export type VariantAnalysis = VariantHeader & ReturnType<typeof measure>;

/** What `analyze --json` prints. */
export interface StudyAnalysis {
  readonly study: { readonly id: string; readonly name: string };
  /** Epoch that was analysed, counted from 0. */
  readonly epoch: number;
  readonly variants: readonly VariantAnalysis[];
}

/** Settings of an analysis. */
export interface AnalysisOptions {
  /** Confidence level of all intervals; 0.95 by default. */
  readonly level?: number;
  /** Root seed of bootstraps and simulations; 0 by default. */
  readonly seed?: number;
}

/** What is said of a variant beside its measures. */
interface VariantHeader {
  readonly name: string;
  readonly implementation: ImplementationNoise | null;
  /** What was changed once in each replicate, in words; null where nothing was. */
  readonly perturbation: string | null;
  /** How many replicates count. */
  readonly replicates: number;
  readonly excluded: readonly ExcludedReplicate[];
}

function headerOf(variant: VariantAtEpoch): VariantHeader {
  const { name, implementation, perturbation = null, replicates, excluded = [] } = variant;
  return { name, implementation, perturbation, replicates: replicates.length, excluded };
}

/** The measures, in the order they are printed: a new one is a file and a line here. */
function measure(variant: VariantAtEpoch, context: MeasureContext) {
  return {
    ...measureAccuracy(variant, context),
    ...measureChurn(variant, context),
    ...measureWeightDistance(variant, context),
    ...measureClasses(variant, context),
    ...measureIdentity(variant, context),
  };
}

/**
 * Every measure of one variant. What cannot be computed, for want of replicates, labels or records, is null.
 * @throws NoisefloorError `predictions-mismatch`, `weights-mismatch` or `labels-mismatch` when the replicates do not
 * belong together.
 */
function analyseVariant(variant: VariantAtEpoch, context: MeasureContext): VariantAnalysis {
  return { ...headerOf(variant), ...measure(variant, context) };
}

/** Every measure of every variant of a study at one epoch; see {@link analyseVariant}. */
export function analyseStudy(study: StudyAtEpoch, options: AnalysisOptions = {}): StudyAnalysis {
  const context: MeasureContext = { study, level: options.level ?? usualLevel, seed: options.seed ?? 0 };
  return {
    study: study.study,
    epoch: study.epoch,
    variants: study.variants.map((variant) => analyseVariant(variant, context)),
  };
}
