import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { deviationRatio } from '../../src/analysis/deviationRatio.ts';
import { holm } from '../../src/analysis/holm.ts';

const fixture = JSON.parse(
  readFileSync(new URL('../fixtures/analysis/deviationRatio.json', import.meta.url), 'utf8'),
) as {
  ratios: {
    first: number[];
    second: number[];
    isPaired: boolean;
    ratio: number;
    interval: [number, number];
  }[];
  holm: { pValues: number[]; adjusted: number[] }[];
};

describe('the ratio of two SDs', () => {
  it.each(fixture.ratios)('agrees with a jackknife by numpy for a ratio of $ratio', (expected) => {
    const { ratio, interval } = deviationRatio(expected.first, expected.second, expected.isPaired);
    expect(ratio).toBeCloseTo(expected.ratio, 9);
    expect(interval?.low).toBeCloseTo(expected.interval[0], 8);
    expect(interval?.high).toBeCloseTo(expected.interval[1], 8);
  });

  it('turns round with the groups', () => {
    const { first, second } = fixture.ratios[0] ?? { first: [], second: [] };
    const [there, back] = [deviationRatio(first, second, false), deviationRatio(second, first, false)];
    expect(1 / (back.ratio ?? 0)).toBeCloseTo(there.ratio ?? 0, 10);
    expect(1 / (back.interval?.high ?? 0)).toBeCloseTo(there.interval?.low ?? 0, 10);
  });

  it('has no interval for few replicates, nor where a group does not move', () => {
    expect(deviationRatio([1, 2, 3, 4], [2, 4, 6, 8], false)).toEqual({ ratio: 2, interval: null });
    expect(deviationRatio([1, 2, 3, 4, 5], [7, 7, 7, 7, 7], false)).toEqual({ ratio: 0, interval: null });
    expect(deviationRatio([7, 7, 7, 7, 7], [1, 2, 3, 4, 5], false)).toEqual({ ratio: null, interval: null });
    expect(deviationRatio([1, 1, 1, 1, 2], [1, 2, 3, 4, 5], false).interval).toBeNull();
    expect(deviationRatio([], [1, 2], false)).toEqual({ ratio: null, interval: null });
  });
});

describe('Holm’s adjustment', () => {
  it.each(fixture.holm)('agrees with numpy for $pValues', ({ pValues, adjusted }) => {
    holm(pValues).forEach((found, place) => {
      expect(found).toBeCloseTo(adjusted[place] ?? Number.NaN, 12);
    });
  });

  it('counts only what was tested', () => {
    expect(holm([null, 0.02, null, 0.03])).toEqual([null, 0.04, null, 0.04]);
    expect(holm([])).toEqual([]);
  });
});
