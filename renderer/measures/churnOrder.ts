import { averageLinkageInParts } from '../../src/analysis/averageLinkage.ts';
import { optimalLeavesInParts } from '../../src/analysis/optimalLeaves.ts';
import { pairIndex } from '../../src/analysis/disagreement.ts';

export const orderings = ['variant', 'churn', 'accuracy', 'cluster'] as const;
export type Ordering = (typeof orderings)[number];

/** What the order of a churn matrix is made of. */
export interface Ordered {
  /** Condensed upper triangle of all replicates of the study. */
  readonly matrix: Float64Array;
  readonly total: number;
  /** The replicates shown, variant by variant. */
  readonly shown: readonly number[];
  /** Test accuracy of each replicate of the study; NaN where it is not known. */
  readonly accuracies: readonly number[];
}

/** The replicates shown, in the order of the rows, in parts of a few milliseconds. */
export function* orderedInParts(
  { matrix, total, shown, accuracies }: Ordered,
  ordering: Ordering,
): Generator<undefined, readonly number[]> {
  const churnOf = (first: number, second: number): number => matrix[pairIndex(total, first, second)] ?? 0;
  switch (ordering) {
    case 'variant':
      return shown;
    case 'accuracy':
      return sortedBy(shown, (replicate) => -(accuracies[replicate] ?? NaN));
    case 'churn':
      return sortedBy(shown, (replicate) =>
        shown.reduce((sum, other) => (other === replicate ? sum : sum + churnOf(replicate, other)), 0),
      );
    case 'cluster': {
      const condensed = new Float64Array((shown.length * (shown.length - 1)) / 2);
      let pair = 0;
      shown.forEach((first, position) => {
        for (let next = position + 1; next < shown.length; next++)
          condensed[pair++] = churnOf(first, shown[next] ?? 0);
      });
      const tree = yield* averageLinkageInParts(condensed, shown.length);
      const leaves = yield* optimalLeavesInParts(condensed, tree);
      return Array.from(leaves, (leaf) => shown[leaf] ?? 0);
    }
  }
}

/** Ascending and stable; what has no key comes last. */
function sortedBy(items: readonly number[], keyOf: (item: number) => number): readonly number[] {
  const keyed = items.map((item) => ({ item, key: keyOf(item) }));
  const last = (key: number): number => (Number.isNaN(key) ? Infinity : key);
  return keyed
    .sort((left, right) => (last(left.key) === last(right.key) ? 0 : last(left.key) - last(right.key)))
    .map(({ item }) => item);
}
