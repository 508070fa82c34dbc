import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { averageLinkage } from '../../src/analysis/averageLinkage.ts';
import { pairIndex } from '../../src/analysis/disagreement.ts';
import { optimalLeavesInParts } from '../../src/analysis/optimalLeaves.ts';

// Made by test/fixtures/analysis/optimalLeaves.py with scipy and by trying every order.
const { shortest, bounds } = JSON.parse(
  readFileSync(new URL('../fixtures/analysis/optimalLeaves.json', import.meta.url), 'utf8'),
) as {
  shortest: { items: number; leaves: number[]; length: number }[];
  bounds: { items: number; length: number }[];
};

const distances = (items: number): Float64Array =>
  Float64Array.from({ length: (items * (items - 1)) / 2 }, (_, pair) =>
    Math.sqrt((((pair + 1) * 7919) % 10007) / 10007),
  );

/** The order, and the longest that it stood still, in milliseconds. */
function orderOf(condensed: Float64Array, items: number): { order: number[]; longest: number } {
  const parts = optimalLeavesInParts(condensed, averageLinkage(condensed, items));
  for (let longest = 0; ;) {
    const began = performance.now();
    const step = parts.next();
    longest = Math.max(longest, performance.now() - began);
    if (step.done === true) return { order: [...step.value], longest };
  }
}

function lengthOf(order: readonly number[], condensed: Float64Array): number {
  return order
    .slice(1)
    .reduce((sum, item, at) => sum + (condensed[pairIndex(order.length, order[at] ?? 0, item)] ?? NaN), 0);
}

describe('optimalLeaves', () => {
  it.each(shortest)('has the shortest order of all for $items items', ({ items, leaves, length }) => {
    const condensed = distances(items);
    const { order } = orderOf(condensed, items);
    expect(order).toEqual(leaves);
    expect(lengthOf(order, condensed)).toBeCloseTo(length, 12);
  });

  it.each(bounds)('is never longer than the order of scipy for $items items', ({ items, length }) => {
    const condensed = distances(items);
    expect(lengthOf(orderOf(condensed, items).order, condensed)).toBeLessThanOrEqual(length + 1e-12);
  });

  it('keeps every cluster of the tree together', () => {
    const { leaves, splits } = averageLinkage(distances(150), 150);
    const place = new Map(orderOf(distances(150), 150).order.map((item, at) => [item, at]));
    for (let at = 0; at < splits.length; at += 3) {
      const members = [...leaves.subarray(splits[at], splits[at + 2])].map((leaf) => place.get(leaf) ?? NaN);
      expect(Math.max(...members) - Math.min(...members)).toBe(members.length - 1);
    }
  });

  it('takes no items, one, and replicates that are all alike', () => {
    expect(orderOf(new Float64Array(), 0).order).toEqual([]);
    expect(orderOf(new Float64Array(), 1).order).toEqual([0]);
    expect(orderOf(new Float64Array(45), 10).order.toSorted((one, other) => one - other)).toEqual([
      ...Array(10).keys(),
    ]);
  });

  it('orders a thousand replicates in parts that nobody notices', () => {
    // Others may use the machine at the same moment: of three rounds the best counts.
    const rounds = [1, 2, 3].map(() => orderOf(distances(1000), 1000));
    expect(new Set(rounds[0]?.order).size).toBe(1000);
    expect(Math.min(...rounds.map(({ longest }) => longest))).toBeLessThan(200);
  });
});
