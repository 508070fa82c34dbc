import { bitIdentity, firstDivergence, type FingerprintSequence } from '../analysis/bitIdentity.ts';
import type { ReplicateAtEpoch, StudyAtEpoch, VariantAtEpoch } from '../analysis/studyAtEpoch.ts';
import type { ExecutionConfiguration } from '../study/execution.ts';

/** What each step of a replicate was fed, from which seeds, and under what configuration. */
export interface ReplicateEvidence {
  /** [steps], a hash of the examples and draws of each step, from step 0. */
  batchHashes: Uint32Array;
  /** Null where it was trained elsewhere, and nobody knows how. */
  execution: ExecutionConfiguration | null;
  /** The seeds that its training drew from, by what they are of. */
  seeds?: Readonly<Record<string, number | null>>;
  /** What it ran on, as far as it said, by what that is: `CPU`, `TensorFlow` and so on. */
  machine?: Readonly<Record<string, string | null>>;
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
  /** What the seeds that differ are of. */
  seedDifferences: string[];
  /** What differs in the execution configuration and the machine, such as `threads: 1 against 2`. */
  configurationDifferences: string[];
  /** What explains it, in words. */
  explanation: string;
}

export interface VariantCertificate {
  variant: string;
  replicates: number;
  /** Whether all ended in the same weights, optimiser state and predictions; null below two replicates. */
  bitIdentical: boolean | null;
  /** Replicates that are identical to one another. */
  groups: number[][] | null;
  /** Steps from the first on whose fingerprints all its replicates kept. */
  steps: number;
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
    variants: study.variants.map((variant) =>
      certifyVariant(
        variant,
        study.tensorNames,
        variant.replicates.map(({ index }) => evidence(variant.name, index)),
      ),
    ),
  };
}

const stepsOf = ({ values, tensors }: FingerprintSequence): number =>
  tensors === 0 ? 0 : values.length / tensors;

/**
 * Compares the replicates of one variant.
 * @param evidence of each of its replicates, in their order.
 */
export function certifyVariant(
  { name, replicates }: VariantAtEpoch,
  tensorNames: readonly string[] | null,
  evidence: readonly ReplicateEvidence[],
): VariantCertificate {
  const { identical, groups } = bitIdentity(replicates);
  const kept = replicates.map(({ fingerprints }) => (fingerprints === null ? 0 : stepsOf(fingerprints)));
  const first = { replicate: replicates[0], evidence: evidence[0] };
  return {
    variant: name,
    replicates: replicates.length,
    bitIdentical: identical,
    groups: groups?.map((group) => group.map((position) => replicates[position]?.index ?? position)) ?? null,
    steps: kept.length === 0 ? 0 : Math.min(...kept),
    partings: replicates.slice(1).flatMap((replicate, position) => {
      const other = { replicate, evidence: evidence[position + 1] };
      const parting = compare(first, other, tensorNames);
      return parting === null ? [] : [parting];
    }),
  };
}

interface Witness {
  readonly replicate: ReplicateAtEpoch | undefined;
  readonly evidence: ReplicateEvidence | undefined;
}

/** How `other` parts from `first`; null where nothing that was recorded differs. */
function compare(first: Witness, other: Witness, tensorNames: readonly string[] | null): Parting | null {
  const [one, another] = [first.replicate, other.replicate];
  if (one === undefined || another === undefined) {
    return null;
  }
  const sequences = [one, another].flatMap(({ fingerprints }) =>
    fingerprints === null ? [] : [fingerprints],
  );
  const divergence = firstDivergence(sequences);
  const { identical } = bitIdentity([one, another]);
  if (divergence === null && identical !== false) {
    return null;
  }
  const parting = {
    replicate: another.index,
    from: one.index,
    step: divergence?.step ?? null,
    tensor: divergence === null ? null : (tensorNames?.[divergence.tensor] ?? `tensor ${divergence.tensor}`),
    ...differences(first.evidence, other.evidence),
  };
  const isKnown = first.evidence?.execution !== null && other.evidence?.execution !== null;
  const explanation = isKnown ? explanationOf(parting) : 'not known: its logs do not say how it was trained';
  return { ...parting, explanation };
}

type Differences = Pick<Parting, 'firstOtherBatch' | 'seedDifferences' | 'configurationDifferences'>;

function differences(ours?: ReplicateEvidence, theirs?: ReplicateEvidence): Differences {
  if (ours === undefined || theirs === undefined) {
    return { firstOtherBatch: null, seedDifferences: [], configurationDifferences: [] };
  }
  return {
    firstOtherBatch: firstDifference(ours.batchHashes, theirs.batchHashes),
    seedDifferences: Object.entries(ours.seeds ?? {})
      .filter(([name, seed]) => theirs.seeds?.[name] !== seed)
      .map(([name]) => name),
    configurationDifferences: [
      ...(ours.execution === null || theirs.execution === null
        ? []
        : configurationDifferences(ours.execution, theirs.execution)),
      ...Object.entries(ours.machine ?? {})
        .filter(([name, value]) => theirs.machine?.[name] !== value)
        .map(
          ([name, value]) => `${name}: ${value ?? 'unknown'} against ${theirs.machine?.[name] ?? 'unknown'}`,
        ),
    ],
  };
}

/** What explains that two replicates part, in words. */
function explanationOf({
  firstOtherBatch,
  seedDifferences,
  configurationDifferences: configuration,
}: Differences): string {
  const causes = [
    ...(seedDifferences.length === 0 ? [] : [`other seeds of ${seedDifferences.join(', ')}`]),
    ...(firstOtherBatch === null ? [] : [`other examples or draws from step ${firstOtherBatch} on`]),
    ...configuration,
  ];
  return causes.length === 0
    ? 'same seeds, same batches, same configuration: the device’s own noise'
    : causes.join('; ');
}

function firstDifference(left: Uint32Array, right: Uint32Array): number | null {
  const both = left.subarray(0, right.length);
  const step = both.findIndex((hash, position) => hash !== right[position]);
  return step === -1 ? null : step;
}

function configurationDifferences(left: ExecutionConfiguration, right: ExecutionConfiguration): string[] {
  const keys = ['device', 'precision', 'threads', 'oneDnn', 'deterministicOps'] as const;
  return keys
    .filter((key) => left[key] !== right[key])
    .map((key) => `${key}: ${String(left[key])} against ${String(right[key])}`);
}
