import { describe, expect, test } from 'vitest';
import { standardDeviation, standardDeviationInterval } from '../../src/analysis/standardDeviation.ts';
import { fixture } from './fixture.ts';

describe.each(fixture.samples)('of $values.length values', (sample) => {
  test('both divisors and the chi-square interval are scipy’s', () => {
    expect(standardDeviation(sample.values)).toBeCloseTo(sample.sd, 12);
    expect(standardDeviation(sample.values, 0)).toBeCloseTo(sample.sdOfReplicates, 12);
    const interval = standardDeviationInterval(sample.values);
    expect((interval?.low ?? 0) / sample.sdInterval[0]).toBeCloseTo(1, 9);
    expect((interval?.high ?? 0) / sample.sdInterval[1]).toBeCloseTo(1, 9);
    expect(interval?.method).toBe('chi-square');
  });
});

test('five values reach from 0.60 to 2.87 times their SD, ten from 0.69 to 1.83', () => {
  const factors = (values: number[]): string[] => {
    const interval = standardDeviationInterval(values);
    const sd = standardDeviation(values) ?? Number.NaN;
    return [interval?.low, interval?.high].map((end) => ((end ?? Number.NaN) / sd).toFixed(2));
  };
  expect(factors([1, 2, 3, 4, 5])).toEqual(['0.60', '2.87']);
  expect(factors([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).toEqual(['0.69', '1.83']);
});

test('equal values have exactly no deviation', () => {
  expect(standardDeviation([0.28, 0.28, 0.28])).toBe(0);
  expect(standardDeviationInterval([0.28, 0.28, 0.28])).toMatchObject({ low: 0, high: 0 });
});

test('too few values give null', () => {
  expect(standardDeviation([])).toBeNull();
  expect(standardDeviation([], 0)).toBeNull();
  expect(standardDeviation([1])).toBeNull();
  expect(standardDeviation([1], 0)).toBe(0);
  expect(standardDeviationInterval([1])).toBeNull();
});
