import { expect, test } from 'vitest';
import { classAccuracies } from '../../src/analysis/classAccuracy.ts';
import { predictionsFromRows } from '../../src/analysis/predictions.ts';

const predictions = predictionsFromRows([Uint8Array.of(0, 0, 1, 1, 5), Uint8Array.of(0, 1, 1, 0, 0)]);

test('accuracies by class and over all examples', () => {
  const measured = classAccuracies(predictions, [0, 0, 0, 1, 1], 3);
  expect([...measured.examples]).toEqual([3, 2, 0]);
  expect([...measured.accuracies]).toEqual([2 / 3, 1 / 2, Number.NaN, 1 / 3, 0, Number.NaN]);
  expect([...measured.overall]).toEqual([3 / 5, 1 / 5]);
});

test('labels that do not fit are refused', () => {
  expect(() => classAccuracies(predictions, [0, 0, 0, 1], 3)).toThrow(/4 labels for 5 predicted examples/);
  expect(() => classAccuracies(predictions, [0, 0, 0, 1, 3], 3)).toThrow(/test example 4 is 3/);
  expect(() => classAccuracies(predictions, [0, 0, 0, 1, 0.5], 3)).toThrow(/test example 4 is 0.5/);
});
