import { bitIdentity, firstDivergence, type FingerprintSequence } from '../analysis/bitIdentity.ts';
import type { ReplicateAtEpoch, StudyAtEpoch, VariantAtEpoch } from '../analysis/studyAtEpoch.ts';
import type { ExecutionConfiguration } from '../study/execution.ts';

/** What each step of a replicate was fed, and under what configuration. */
export interface ReplicateEvidence {
  /** [steps], a hash of the examples and draws of each step, from step 0. */
  batchHashes: Uint32Array;
  execution: ExecutionConfiguration;
}

/** Where one replicate parts from the first of its variant. */
export interface Parting {
  replicate: number;
  /** The replicate it is compared with. */
  from: number;
  /** Step of the run, counted from 0, after whose update they first differ; null where fingerprints agree. */
  step: number | null;
  tensor: string | null;
  /** First step that was fed something else; null where both were fed the same throughout. */
  firstOtherBatch: number | null;
  /** What differs in the execution configuration, such as `threads: 1 against 2`. */
  configurationDifferences: string[];
}

export interface VariantCertificate {
  variant: string;
  replicates: number;
  /** Whether all ended in the same weights, optimiser state and predictions; null below two replicates. */
  bitIdentical: boolean | null;
  /** Replicates that are identical to one another. */
  groups: number[][] | null;
  /** One entry for each replicate that is not identical to the first. */
  partings: Parting[];
}

export interface Certificate {
  study: { id: string; name: string };
  epoch: number;
  /** Steps and tensors whose fingerprints were compared. */
  steps: number;
  tensors: number;
  variants: VariantCertificate[];
}

/**
 * Compares the replicates of each variant: weights, optimiser state and moving statistics step by step through their
 * fingerprints, batches through their hashes, and the final predictions.
 * @param evidence of a replicate of a variant, by its index.
 */
export function certify(
  study: StudyAtEpoch,
  evidence: (variant: string, index: number) => ReplicateEvidence,
): Certificate {
  const sequences = study.variants.flatMap(({ replicates }) =>
    replicates.flatMap(({ fingerprints }) => (fingerprints === null ? [] : [fingerprints])),
  );
  return {
    study: study.study,
    epoch: study.epoch,
    steps: Math.max(0, ...sequences.map(stepsOf)),
    tensors: study.tensorNames?.length ?? 0,
    variants: study.variants.map((variant) => certifyVariant(variant, study, evidence)),
  };
}

const stepsOf = ({ values, tensors }: FingerprintSequence): number =>
  tensors === 0 ? 0 : values.length / tensors;

function certifyVariant(
  variant: VariantAtEpoch,
  study: StudyAtEpoch,
  evidence: (variant: string, index: number) => ReplicateEvidence,
): VariantCertificate {
  const { replicates } = variant;
  const { identical, groups } = bitIdentity(replicates);
  const [first, ...others] = replicates;
  const partings =
    first === undefined
      ? []
      : others.flatMap((other) => {
          const parting = compare(first, other, study, (index) => evidence(variant.name, index));
          return parting === null ? [] : [parting];
        });
  return {
    variant: variant.name,
    replicates: replicates.length,
    bitIdentical: identical,
    groups: groups?.map((group) => group.map((position) => replicates[position]?.index ?? position)) ?? null,
    partings,
  };
}

/** How `other` parts from `first`; null where nothing that was recorded differs. */
function compare(
  first: ReplicateAtEpoch,
  other: ReplicateAtEpoch,
  study: StudyAtEpoch,
  evidence: (index: number) => ReplicateEvidence,
): Parting | null {
  const sequences = [first, other].flatMap(({ fingerprints }) =>
    fingerprints === null ? [] : [fingerprints],
  );
  const divergence = firstDivergence(sequences);
  const { identical } = bitIdentity([first, other]);
  if (divergence === null && identical !== false) {
    return null;
  }
  const ours = evidence(first.index);
  const theirs = evidence(other.index);
  return {
    replicate: other.index,
    from: first.index,
    step: divergence?.step ?? null,
    tensor:
      divergence === null ? null : (study.tensorNames?.[divergence.tensor] ?? `tensor ${divergence.tensor}`),
    firstOtherBatch: firstDifference(ours.batchHashes, theirs.batchHashes),
    configurationDifferences: configurationDifferences(ours.execution, theirs.execution),
  };
}

function firstDifference(left: Uint32Array, right: Uint32Array): number | null {
  const step = left.findIndex((hash, position) => hash !== right[position]);
  return step === -1 ? null : step;
}

function configurationDifferences(left: ExecutionConfiguration, right: ExecutionConfiguration): string[] {
  const keys = ['device', 'precision', 'threads', 'oneDnn', 'deterministicOps'] as const;
  return keys
    .filter((key) => left[key] !== right[key])
    .map((key) => `${key}: ${String(left[key])} against ${String(right[key])}`);
}
