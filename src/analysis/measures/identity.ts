import { bitIdentity, firstDivergence } from '../bitIdentity.ts';
import type { MeasureContext, VariantAtEpoch } from '../studyAtEpoch.ts';

/** Where two replicates of a variant first part. */
export interface FirstDivergence {
  /** Training step, counted from 0. */
  readonly step: number;
  /** Index of the first tensor that differs there, and its name where known. */
  readonly tensor: number;
  readonly tensorName: string | null;
  /** Indices of the two replicates. */
  readonly between: readonly [number, number];
}

export interface IdentityMeasure {
  /** Whether all replicates ended in the same weights and predictions, bit by bit; null below two replicates. */
  readonly bitIdentical: boolean | null;
  readonly identity: {
    /** Indices of the replicates that are identical to one another. */
    readonly groups: readonly (readonly number[])[] | null;
    /** Null where no fingerprints part, or none were recorded. */
    readonly firstDivergence: FirstDivergence | null;
  };
}

export function measureIdentity(variant: VariantAtEpoch, { study }: MeasureContext): IdentityMeasure {
  const { replicates } = variant;
  const { identical, groups } = bitIdentity(replicates);
  const fingerprinted = replicates.flatMap(({ index, fingerprints }) =>
    fingerprints === null ? [] : [{ index, fingerprints }],
  );
  const divergence = firstDivergence(fingerprinted.map(({ fingerprints }) => fingerprints));
  const indexOf = (position: number): number => fingerprinted[position]?.index ?? position;
  return {
    bitIdentical: identical,
    identity: {
      groups:
        groups?.map((group) => group.map((position) => replicates[position]?.index ?? position)) ?? null,
      firstDivergence: divergence && {
        step: divergence.step,
        tensor: divergence.tensor,
        tensorName: study.tensorNames?.[divergence.tensor] ?? null,
        between: [indexOf(divergence.between[0]), indexOf(divergence.between[1])],
      },
    },
  };
}
