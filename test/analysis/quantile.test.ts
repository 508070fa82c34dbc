import { expect, test } from 'vitest';
import { quantileOfSorted } from '../../src/analysis/quantile.ts';
import { fixture } from './fixture.ts';

test.each(fixture.quantiles)('$probability of $values is numpy’s', ({ values, probability, quantile }) => {
  expect(quantileOfSorted(values, probability)).toBeCloseTo(quantile, 12);
});

test('nothing has no quantile', () => {
  expect(quantileOfSorted([], 0.5)).toBeNaN();
});
