import { compareGroups, comparisonDraws, type GroupComparison } from '../../analysis/compareGroups.ts';
import type { MeasuredStudy } from '../../figures/measured.ts';
import type { LibraryClient } from '../../library/client.ts';
import type { Replicate } from '../../library/replicates.ts';
import { paired } from '../compareStudies.ts';

/** One side of a comparison that a figure shows: a variant of a study that was measured for it. */
export interface MeasuredSide {
  readonly measured: MeasuredStudy;
  readonly variant: string;
}

/**
 * Two variants by the accuracies that a figure shows of them, the second less the first, as the page of comparisons does
 * it: in pairs where replicates share their seeds, and with the same draws.
 */
export async function compareMeasured(
  library: LibraryClient,
  first: MeasuredSide,
  second: MeasuredSide,
): Promise<GroupComparison> {
  const [ours, theirs] = [await membersOf(library, first), await membersOf(library, second)];
  const pairs = paired(ours, theirs);
  const [one, other] = pairs ?? [ours, theirs];
  return compareGroups(
    one.map(({ value }) => value),
    other.map(({ value }) => value),
    pairs !== null,
    comparisonDraws(),
  );
}

async function membersOf(
  library: LibraryClient,
  { measured, variant }: MeasuredSide,
): Promise<{ replicate: Replicate; value: number }[]> {
  const values = new Map(measured.accuracies.get(variant)?.map(({ replicate, value }) => [replicate, value]));
  const replicates = await library.replicates(measured.analysis.study.id);
  return replicates.flatMap((replicate) => {
    const value = replicate.variant === variant ? values.get(replicate.index) : undefined;
    return value === undefined ? [] : [{ replicate, value }];
  });
}
