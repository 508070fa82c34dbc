import type { Linkage } from './averageLinkage.ts';

/**
 * The leaves of a tree of clusters in the order in which neighbours lie nearest to one another: of all orders that turning
 * clusters around allows, the one with the smallest sum of distances between neighbours (Bar-Joseph, Demaine, Gifford et
 * al. 2003, "K-ary clustering with optimal leaf ordering for gene expression data", section 2: O(items^3) additions), in
 * parts of a few milliseconds. Of an order and its reverse, the one that begins with the lower item.
 * @param condensed distances of all pairs, the upper triangle (see `pairIndex`).
 */
export function* optimalLeavesInParts(
  condensed: ArrayLike<number>,
  { leaves, splits }: Linkage,
): Generator<undefined, Int32Array> {
  const items = leaves.length;
  if (items < 3) return leaves;
  const distances = distancesOf(condensed, leaves);
  yield;
  const best = yield* bestEndsOf(distances, splits, items);
  const positions = yield* unfolded(distances, best, splits, items);
  const order = positions.map((position) => leaves[position] ?? 0);
  return (order[0] ?? 0) < (order[items - 1] ?? 0) ? order : order.reverse();
}

/** A cluster as the positions that it takes up among the leaves; its halves meet at `middle`, which a leaf has not. */
interface Cluster {
  readonly from: number;
  readonly middle: number;
  readonly to: number;
}

/** Steps between pauses: a few milliseconds. */
const stepsAtOnce = 2_000_000;

/** Distances between positions among the leaves; [items, items]. */
function distancesOf(condensed: ArrayLike<number>, leaves: Int32Array): Float64Array {
  const items = leaves.length;
  const positions = new Int32Array(items);
  leaves.forEach((leaf, position) => (positions[leaf] = position));
  const square = new Float64Array(items * items);
  let pair = 0;
  for (let one = 0; one < items; one++) {
    for (let other = one + 1; other < items; other++, pair++) {
      const [row, column] = [positions[one] ?? 0, positions[other] ?? 0];
      square[row * items + column] = square[column * items + row] = condensed[pair] ?? 0;
    }
  }
  return square;
}

/** The clusters of a tree, those within another before it, each with its halves. */
function* clustersOf(splits: Int32Array, items: number): Generator<[Cluster, Cluster, Cluster]> {
  const middles = new Int32Array(items).fill(-1);
  for (let at = 0; at < splits.length; at += 3) {
    const [from = 0, middle = 0, to = 0] = splits.subarray(at, at + 3);
    const left = { from, middle: middles[from] ?? -1, to: middle };
    const right = { from: middle, middle: middles[middle] ?? -1, to };
    yield [{ from, middle, to }, left, right];
    middles[from] = middle;
  }
}

/** Where the other end of a cluster can be that has `end` at one. */
function otherEnds({ from, middle, to }: Cluster, end: number): readonly [number, number] {
  if (to - from === 1) return [from, to];
  return end < middle ? [middle, to] : [from, middle];
}

/**
 * For every two positions the smallest sum of distances between neighbours, over all orders of the smallest cluster that
 * holds both in which they are its ends; [items, items].
 */
function* bestEndsOf(
  distances: Float64Array,
  splits: Int32Array,
  items: number,
): Generator<undefined, Float64Array> {
  const best = new Float64Array(items * items);
  /** From one end of the left half over all of it to each position of the right half. */
  const across = new Float64Array(items);
  let steps = 0;
  for (const [, left, right] of clustersOf(splits, items)) {
    for (let end = left.from; end < left.to; end++) {
      const [first, last] = otherEnds(left, end);
      for (let position = right.from; position < right.to; position++) {
        across[position] = least(best, end * items, distances, position * items, first, last);
      }
      for (let other = right.from; other < right.to; other++) {
        const [from, to] = otherEnds(right, other);
        const sum = least(across, 0, best, other * items, from, to);
        best[end * items + other] = best[other * items + end] = sum;
        steps += to - from;
      }
      steps += (last - first) * (right.to - right.from);
      if (steps < stepsAtOnce) continue;
      steps = 0;
      yield;
    }
  }
  return best;
}

/** The smallest sum of two rows' values at one place. */
function least(
  one: Float64Array,
  oneRow: number,
  other: Float64Array,
  otherRow: number,
  from: number,
  to: number,
): number {
  let smallest = Infinity;
  for (let at = from; at < to; at++) {
    const sum = (one[oneRow + at] ?? 0) + (other[otherRow + at] ?? 0);
    if (sum < smallest) smallest = sum;
  }
  return smallest;
}

/** The positions from left to right of the best order. */
function* unfolded(
  distances: Float64Array,
  best: Float64Array,
  splits: Int32Array,
  items: number,
): Generator<undefined, Int32Array> {
  const halves = new Map<string, readonly [Cluster, Cluster]>();
  for (const [{ from, to }, left, right] of clustersOf(splits, items))
    halves.set(`${from}-${to}`, [left, right]);
  const order = new Int32Array(items);
  const middle = splits[splits.length - 2] ?? 0;
  const [start, end] = bestPair(
    [0, middle],
    [middle, items],
    (left, right) => best[left * items + right] ?? 0,
  );
  yield;
  const waiting = [{ from: 0, to: items, start, end }];
  for (let count = 0; ;) {
    const cluster = waiting.pop();
    if (cluster === undefined) return order;
    yield;
    const parts = halves.get(`${cluster.from}-${cluster.to}`);
    if (parts === undefined) {
      order[count++] = cluster.from;
      continue;
    }
    const isTurned = cluster.start >= parts[0].to;
    const [near, far] = isTurned ? [parts[1], parts[0]] : parts;
    const [inner, outer] = bestPair(
      otherEnds(near, cluster.start),
      otherEnds(far, cluster.end),
      (one, other) =>
        (best[cluster.start * items + one] ?? 0) +
        (distances[one * items + other] ?? 0) +
        (best[other * items + cluster.end] ?? 0),
    );
    waiting.push(
      { from: far.from, to: far.to, start: outer, end: cluster.end },
      { from: near.from, to: near.to, start: cluster.start, end: inner },
    );
  }
}

/** The two positions of two ranges with the smallest cost, the first of equal ones. */
function bestPair(
  [oneFrom, oneTo]: readonly [number, number],
  [otherFrom, otherTo]: readonly [number, number],
  costOf: (one: number, other: number) => number,
): readonly [number, number] {
  let found: readonly [number, number] = [oneFrom, otherFrom];
  let smallest = Infinity;
  for (let one = oneFrom; one < oneTo; one++) {
    for (let other = otherFrom; other < otherTo; other++) {
      const cost = costOf(one, other);
      if (cost < smallest) [found, smallest] = [[one, other], cost];
    }
  }
  return found;
}
