import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compareGroups } from '../../src/analysis/compareGroups.ts';
import { RandomStream } from '../../src/noise/stream.ts';

const { cases } = JSON.parse(
  readFileSync(new URL('../fixtures/analysis/compareGroups.json', import.meta.url), 'utf8'),
) as {
  cases: {
    first: number[];
    second: number[];
    isPaired: boolean;
    difference: number;
    interval: [number, number];
    equivalenceInterval: [number, number];
    statistic: number;
    freedom: number;
    pValue: number;
    permutation: number;
    above: number;
  }[];
};
const stream = () => RandomStream.named(0, 'comparison');

describe('the comparison of two groups', () => {
  it.each(cases)('agrees with scipy for a p of $pValue', (expected) => {
    const found = compareGroups(expected.first, expected.second, expected.isPaired, stream());
    for (const key of ['difference', 'statistic', 'freedom', 'pValue', 'above'] as const) {
      expect(found[key]).toBeCloseTo(expected[key], 8);
    }
    for (const key of ['interval', 'equivalenceInterval'] as const) {
      expect(found[key]?.low).toBeCloseTo(expected[key][0], 8);
      expect(found[key]?.high).toBeCloseTo(expected[key][1], 8);
    }
    expect(found.permutation?.isExact).toBe(true);
    expect(found.permutation?.pValue).toBeCloseTo(expected.permutation, 10);
  });

  it('says the smallest p that so few can reach', () => {
    const three = compareGroups([1, 2, 3], [11, 12, 13], false, stream());
    expect(three.permutation).toEqual({ pValue: 0.1, smallest: 0.1, isExact: true, dealt: 20 });
    const six = compareGroups([1, 2, 3, 4, 5, 6], [2, 3, 4, 5, 6, 8], true, stream());
    expect(six.permutation).toMatchObject({ pValue: 2 / 64, smallest: 2 / 64, dealt: 64 });
  });

  it('draws deals where there are too many, the same ones for the same stream', () => {
    const first = Array.from({ length: 20 }, (_, index) => index);
    const second = first.map((value) => value + 3);
    const found = compareGroups(first, second, false, stream());
    expect(found).toEqual(compareGroups(first, second, false, stream()));
    expect(found.permutation).toMatchObject({ isExact: false, dealt: 9999 });
    // Drawn, it lies near Welch's: three standard errors of a proportion of 9,999.
    const [drawn, exact] = [found.permutation?.pValue ?? 0, found.pValue ?? 0];
    expect(Math.abs(drawn - exact)).toBeLessThan(3 * Math.sqrt((exact * (1 - exact)) / 9999) + 0.005);
  });

  it('says what it can of few replicates, and of those that do not move', () => {
    expect(compareGroups([], [1], false, stream())).toMatchObject({
      ...{ difference: null, interval: null, pValue: null, permutation: null, above: null },
    });
    expect(compareGroups([1], [2, 3], false, stream())).toMatchObject({ difference: 1.5, interval: null });
    expect(compareGroups([2, 2], [2, 2], false, stream())).toMatchObject({
      ...{ difference: 0, interval: null, pValue: null, above: 0.5, sdRatio: null },
      permutation: { pValue: 1 },
    });
    const shifted = [0.8, 0.82, 0.84].map((value) => value + 0.04);
    const same = compareGroups([0.8, 0.82, 0.84], shifted, true, stream());
    expect(same).toMatchObject({ interval: null, pValue: null });
    expect(same.difference).toBeCloseTo(0.04, 12);
  });
});
