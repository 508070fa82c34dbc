import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { overheadRatio } from '../../src/analysis/overheadRatio.ts';

interface Case {
  baseline: number[];
  other: number[];
  ratio: number;
  low: number;
  high: number;
}
const cases = JSON.parse(
  readFileSync(new URL('../fixtures/analysis/overheadRatio.json', import.meta.url), 'utf8'),
) as Case[];

it.each(cases)(
  'the geometric mean and its interval are scipy’s: $ratio',
  ({ baseline, other, ratio, low, high }) => {
    const measured = overheadRatio(baseline, other);
    expect(measured.ratio).toBeCloseTo(ratio, 12);
    expect(measured.interval?.low).toBeCloseTo(low, 9);
    expect(measured.interval?.high).toBeCloseTo(high, 9);
    expect(measured.n).toBe(baseline.length);
    // The other way round it is the inverse, which an arithmetic mean of ratios would not be.
    expect(overheadRatio(other, baseline).ratio).toBeCloseTo(1 / ratio, 12);
  },
);

it('is without an interval after one round, and nothing after none', () => {
  expect(overheadRatio([2], [3])).toEqual({ ratio: 1.5, interval: null, n: 1 });
  expect(overheadRatio([], [])).toEqual({ ratio: null, interval: null, n: 0 });
  expect(overheadRatio([1, 2], [2]).n).toBe(1);
});
