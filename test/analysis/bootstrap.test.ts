import { expect, test } from 'vitest';
import { standardDeviationBootstrap } from '../../src/analysis/bootstrap.ts';
import { standardDeviation } from '../../src/analysis/standardDeviation.ts';
import { RandomStream } from '../../src/noise/stream.ts';

const values = [0.912, 0.907, 0.915, 0.909, 0.921, 0.911, 0.913, 0.908, 0.914, 0.91];

test('the same stream gives the same interval, another stream another', () => {
  const first = standardDeviationBootstrap(values, RandomStream.named(1, 'bootstrap'));
  expect(standardDeviationBootstrap(values, RandomStream.named(1, 'bootstrap'))).toEqual(first);
  expect(standardDeviationBootstrap(values, RandomStream.named(2, 'bootstrap'))).not.toEqual(first);
});

test('the interval holds the standard deviation and does not depend on unit or offset', () => {
  const interval = standardDeviationBootstrap(values, RandomStream.named(1, 'bootstrap'));
  const sd = standardDeviation(values) ?? Number.NaN;
  expect(interval?.low).toBeLessThan(sd);
  expect(interval?.high).toBeGreaterThan(sd);
  const percent = standardDeviationBootstrap(
    values.map((value) => 100 * value - 3),
    RandomStream.named(1, 'bootstrap'),
  );
  expect(percent?.low).toBeCloseTo(100 * (interval?.low ?? 0), 9);
  expect(percent?.high).toBeCloseTo(100 * (interval?.high ?? 0), 9);
});

test('it covers about 95 % of normal samples of ten, where a percentile bootstrap covers 75 %', () => {
  const stream = RandomStream.named(5, 'coverage');
  const studies = 300;
  let covered = 0;
  for (let study = 0; study < studies; study++) {
    const sample = Array.from({ length: 10 }, () => stream.nextNormal());
    const interval = standardDeviationBootstrap(sample, stream);
    if (interval !== null && interval.low <= 1 && interval.high >= 1) covered++;
  }
  // 300 studies at 95 % have a standard error of 1.3 %.
  expect(covered / studies).toBeGreaterThan(0.9);
  expect(covered / studies).toBeLessThan(0.99);
});

test('too few or equal values give null', () => {
  expect(standardDeviationBootstrap([1, 2, 3, 4], RandomStream.named(1, 'bootstrap'))).toBeNull();
  expect(standardDeviationBootstrap([1, 1, 1, 1, 1, 1], RandomStream.named(1, 'bootstrap'))).toBeNull();
});
