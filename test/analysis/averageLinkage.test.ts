import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { averageLinkage } from '../../src/analysis/averageLinkage.ts';

// Made by test/fixtures/analysis/averageLinkage.py with scipy.
const { cases } = JSON.parse(
  readFileSync(new URL('../fixtures/analysis/averageLinkage.json', import.meta.url), 'utf8'),
) as { cases: { items: number; heights: number[]; leaves: number[] }[] };

const distances = (items: number): Float64Array =>
  Float64Array.from(
    { length: (items * (items - 1)) / 2 },
    (_, pair) => (((pair + 1) * 7919) % 10007) / 10007,
  );

describe('averageLinkage', () => {
  it.each(cases)('has the heights and leaves of scipy for $items items', ({ items, heights, leaves }) => {
    const tree = averageLinkage(distances(items), items);
    expect([...tree.leaves]).toEqual(leaves);
    expect(tree.heights).toHaveLength(heights.length);
    heights.forEach((height, merge) => {
      expect(tree.heights[merge]).toBeCloseTo(height, 12);
    });
  });

  it('takes no items, and one', () => {
    expect([...averageLinkage([], 0).leaves]).toEqual([]);
    expect([...averageLinkage([], 1).leaves]).toEqual([0]);
  });

  it('orders a thousand replicates in less than the page may stand still', () => {
    const given = distances(1000);
    const began = performance.now();
    const { leaves } = averageLinkage(given, 1000);
    expect(performance.now() - began).toBeLessThan(1000);
    expect(new Set(leaves).size).toBe(1000);
  });
});
