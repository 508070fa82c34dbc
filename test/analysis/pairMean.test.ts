import { expect, test } from 'vitest';
import { pairMean } from '../../src/analysis/pairMean.ts';

test('three replicates by hand', () => {
  // Pairs at 0.2, 0.4 and 0.6: sums 0.6, 0.8, 1.0. Leaving each out leaves 0.6, 0.4, 0.2 around the mean 0.4.
  const { mean, interval } = pairMean([0.6, 0.8, 1.0], 10);
  expect(mean).toBeCloseTo(0.4, 12);
  // Error sqrt(2/3 x 0.08) = 0.23094; t(0.975, 2) = 4.302653.
  expect(interval?.high).toBeCloseTo(0.4 + 4.302653 * 0.23094, 5);
  expect(interval?.low).toBe(0);
});

test('the interval is cut to what the measure can be', () => {
  expect(pairMean([0.6, 0.8, 1.0], 1).interval).toMatchObject({ low: 0, high: 1 });
});

test('too few replicates, and sums that are not finite, give null', () => {
  expect(pairMean([], 1)).toEqual({ mean: null, interval: null });
  expect(pairMean([0], 1)).toEqual({ mean: null, interval: null });
  expect(pairMean([0.3, 0.3], 1)).toEqual({ mean: 0.3, interval: null });
  expect(pairMean([Number.NaN, 1, 1], 1)).toEqual({ mean: null, interval: null });
});
