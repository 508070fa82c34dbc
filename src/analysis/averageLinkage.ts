/** A tree of clusters, as the order of its leaves and the distances at which clusters were joined. */
export interface Linkage {
  /** Every item once, so that those of a cluster stand side by side; [items]. */
  readonly leaves: Int32Array;
  /** Ascending; [items - 1]. */
  readonly heights: Float64Array;
  /** For each joining, where among the leaves its cluster begins, its second half begins, and it ends; [items - 1, 3]. */
  readonly splits: Int32Array;
}

/**
 * Hierarchical clustering by average linkage (UPGMA, Sokal and Michener 1958) with the nearest-neighbour chain
 * (Müllner 2011, "Modern hierarchical, agglomerative clustering algorithms", figure 2): O(items^2) steps. Ties and the
 * order of leaves are as in scipy's `linkage(method="average")` and `leaves_list`.
 * @param condensed distances of all pairs, the upper triangle (see `pairIndex`); [items (items - 1) / 2].
 */
export function averageLinkage(condensed: ArrayLike<number>, items: number): Linkage {
  const clustering = averageLinkageInParts(condensed, items);
  for (;;) {
    const step = clustering.next();
    if (step.done === true) return step.value;
  }
}

/** {@link averageLinkage} in parts of a few milliseconds, for whoever must not stand still. */
export function* averageLinkageInParts(
  condensed: ArrayLike<number>,
  items: number,
): Generator<undefined, Linkage> {
  if (items < 2)
    return {
      leaves: Int32Array.from({ length: items }, (_, item) => item),
      heights: new Float64Array(),
      splits: new Int32Array(),
    };
  const merges = yield* mergesOf(squareOf(condensed, items), items);
  merges.sort((left, right) => left.height - right.height);
  return { ...leavesOf(merges, items), heights: Float64Array.from(merges, ({ height }) => height) };
}

interface Merge {
  readonly first: number;
  readonly second: number;
  readonly height: number;
}

function squareOf(condensed: ArrayLike<number>, items: number): Float64Array {
  const square = new Float64Array(items * items);
  let pair = 0;
  for (let row = 0; row < items; row++) {
    for (let column = row + 1; column < items; column++, pair++) {
      const distance = condensed[pair] ?? 0;
      square[row * items + column] = distance;
      square[column * items + row] = distance;
    }
  }
  return square;
}

/** Joins clusters that are each other's nearest; a cluster is named after one of its items. Changes `distances`. */
function* mergesOf(distances: Float64Array, items: number): Generator<undefined, Merge[]> {
  const sizes = new Int32Array(items).fill(1);
  const chain: number[] = [];
  const merges: Merge[] = [];
  while (merges.length < items - 1) {
    if (chain.length === 0) chain.push(sizes.findIndex((size) => size > 0));
    const { first, second, height } = endOfChain(distances, sizes, chain);
    chain.length -= 2;
    const [gone, kept] = first < second ? [first, second] : [second, first];
    merges.push({ first: gone, second: kept, height });
    const [goneSize, keptSize] = [sizes[gone] ?? 0, sizes[kept] ?? 0];
    sizes[gone] = 0;
    sizes[kept] = goneSize + keptSize;
    for (let other = 0; other < items; other++) {
      if (other === kept || (sizes[other] ?? 0) === 0) continue;
      const ofGone = distances[gone * items + other] ?? 0;
      const ofKept = distances[kept * items + other] ?? 0;
      const joined = (goneSize * ofGone + keptSize * ofKept) / (goneSize + keptSize);
      distances[kept * items + other] = joined;
      distances[other * items + kept] = joined;
    }
    yield;
  }
  return merges;
}

/** Goes from nearest to nearest until two clusters are each other's. */
function endOfChain(distances: Float64Array, sizes: Int32Array, chain: number[]): Merge {
  const items = sizes.length;
  for (;;) {
    const last = chain[chain.length - 1] ?? 0;
    const before = chain[chain.length - 2] ?? -1;
    let nearest = before;
    let height = before === -1 ? Infinity : (distances[last * items + before] ?? 0);
    for (let other = 0; other < items; other++) {
      if (other === last || (sizes[other] ?? 0) === 0) continue;
      const distance = distances[last * items + other] ?? 0;
      if (distance < height) [nearest, height] = [other, distance];
    }
    if (nearest === before) return { first: last, second: nearest, height };
    chain.push(nearest);
  }
}

/** The leaves from left to right: of two clusters the one that was made first stands left, single items before all. */
function leavesOf(merges: readonly Merge[], items: number): Pick<Linkage, 'leaves' | 'splits'> {
  const parents = Int32Array.from({ length: 2 * items - 1 }, (_, node) => node);
  const rootOf = (item: number): number => {
    let node = item;
    while (parents[node] !== node) node = parents[node] = parents[parents[node] ?? 0] ?? 0;
    return node;
  };
  const children = merges.map(({ first, second }, position) => {
    const roots = [rootOf(first), rootOf(second)].sort((left, right) => left - right);
    for (const root of roots) parents[root] = items + position;
    return roots;
  });
  const sizes = new Int32Array(2 * items - 1).fill(1);
  children.forEach(([left = 0, right = 0], position) => {
    sizes[items + position] = (sizes[left] ?? 0) + (sizes[right] ?? 0);
  });
  const leaves = new Int32Array(items);
  const splits = new Int32Array(3 * (items - 1));
  const waiting = [{ node: 2 * items - 2, from: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, from } = next;
    if (node < items) {
      leaves[from] = node;
      continue;
    }
    const [left = 0, right = 0] = children[node - items] ?? [];
    const middle = from + (sizes[left] ?? 0);
    splits.set([from, middle, from + (sizes[node] ?? 0)], 3 * (node - items));
    waiting.push({ node: left, from }, { node: right, from: middle });
  }
  return { leaves, splits };
}
