import { describe, expect, test } from 'vitest';
import { mean, meanInterval } from '../../src/analysis/mean.ts';
import { fixture } from './fixture.ts';

describe.each(fixture.samples)('of $values.length values', (sample) => {
  test('the mean and its Student t interval are scipy’s', () => {
    expect(mean(sample.values)).toBeCloseTo(sample.mean, 12);
    const interval = meanInterval(sample.values);
    expect(interval?.low).toBeCloseTo(sample.meanInterval[0], 9);
    expect(interval?.high).toBeCloseTo(sample.meanInterval[1], 9);
    expect(interval).toMatchObject({ level: 0.95, method: 'student-t' });
  });
});

test('a lower level is narrower', () => {
  const wide = meanInterval([1, 2, 3, 4]);
  const narrow = meanInterval([1, 2, 3, 4], 0.8);
  expect(narrow?.low).toBeGreaterThan(wide?.low ?? Number.NaN);
  expect(narrow?.level).toBe(0.8);
});

test('equal values have exactly their mean and no spread', () => {
  // Summed from 0, three times 0.28 divided by 3 is not 0.28.
  expect(mean([0.28, 0.28, 0.28])).toBe(0.28);
  expect(meanInterval([0.28, 0.28, 0.28])).toMatchObject({ low: 0.28, high: 0.28 });
});

test('too few values have no mean or no interval', () => {
  expect(mean([])).toBeNull();
  expect(meanInterval([])).toBeNull();
  expect(mean([0.5])).toBe(0.5);
  expect(meanInterval([0.5])).toBeNull();
});
