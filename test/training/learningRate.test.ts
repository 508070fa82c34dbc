import { expect, it } from 'vitest';
import { learningRateAt } from '../../src/training/learningRate.ts';

it('is the base rate before the first step, and the base times the factor from each step on', () => {
  const schedule = {
    base: 0.5,
    steps: [
      { fromEpoch: 50, factor: 0.1 },
      { fromEpoch: 100, factor: 0.01 },
    ],
  };
  const rates = [0, 49, 50, 99, 100, 100_000].map((epoch) => learningRateAt(schedule, epoch));
  expect(rates).toEqual([0.5, 0.5, 0.05, 0.05, 0.005, 0.005]);
});

it('does not depend on the order in which steps are written', () => {
  const steps = [
    { fromEpoch: 4, factor: 4 },
    { fromEpoch: 2, factor: 2 },
  ];
  expect([1, 2, 3, 4].map((epoch) => learningRateAt({ base: 1, steps }, epoch))).toEqual([1, 2, 2, 4]);
});

it('stays the base rate without steps', () => {
  expect(learningRateAt({ base: 1e-3, steps: [] }, 7)).toBe(1e-3);
});
