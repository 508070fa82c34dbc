import { describe, expect, it } from 'vitest';
import { learningRateAt, refuseLongWarmUp } from '../../src/study/learningRate.ts';
import { learningRateSchema } from '../../src/study/task.ts';
import { failureOf } from './failure.ts';

/** Rates at one step of epochs of ten steps, 90 epochs in all. */
function ratesOf(learningRate: object, epochs: readonly number[], step = 0): number[] {
  const schedule = { learningRate: learningRateSchema.parse(learningRate), epochs: 90 };
  return epochs.map((epoch) => learningRateAt(schedule, { epoch, step, stepsPerEpoch: 10 }));
}

describe('steps', () => {
  it('are the base rate before the first, and the base times the factor from each on', () => {
    const steps = [
      { fromEpoch: 50, factor: 0.1 },
      { fromEpoch: 100, factor: 0.01 },
    ];
    expect(ratesOf({ base: 0.5, steps }, [0, 49, 50, 99, 100, 100_000])).toEqual([
      0.5, 0.5, 0.05, 0.05, 0.005, 0.005,
    ]);
  });

  it('do not depend on the order in which they are written', () => {
    const steps = [
      { fromEpoch: 4, factor: 4 },
      { fromEpoch: 2, factor: 2 },
    ];
    expect(ratesOf({ base: 1, steps }, [1, 2, 3, 4])).toEqual([1, 2, 2, 4]);
  });

  it('may be none', () => {
    expect(ratesOf({ base: 1e-3 }, [7], 9)).toEqual([1e-3]);
  });
});

describe("the reference's schedules", () => {
  it('are 4e-4 x 0.1^(epoch div 50)', () => {
    const decay = { kind: 'exponential', factor: 0.1, every: 50 };
    const epochs = [0, 49, 50, 99, 100, 150, 199];
    const reference = epochs.map((epoch) => 4e-4 * 0.1 ** Math.floor(epoch / 50));
    expect(ratesOf({ base: 4e-4, decay }, epochs, 9)).toEqual(reference);
  });

  it('rise for five epochs, then fall to a tenth, a hundredth and a thousandth at 30, 60 and 80', () => {
    const imageNet = {
      base: 0.1,
      warmUp: { unit: 'epochs', length: 5 },
      steps: [
        { fromEpoch: 30, factor: 0.1 },
        { fromEpoch: 60, factor: 0.01 },
        { fromEpoch: 80, factor: 0.001 },
      ],
    };
    const rates = ratesOf(imageNet, [0, 1, 4, 5, 29, 30, 59, 60, 79, 80, 89]);
    const reference = [0, 0.02, 0.08, 0.1, 0.1, 0.01, 0.01, 0.001, 0.001, 1e-4, 1e-4];
    rates.forEach((rate, index) => {
      expect(rate).toBeCloseTo(reference[index] ?? Number.NaN, 12);
    });
    // Within an epoch it rises with every step.
    expect(ratesOf(imageNet, [2], 5)[0]).toBeCloseTo(0.05, 12);
  });
});

it('a warm-up counted in steps ends after so many', () => {
  const learningRate = { base: 1, warmUp: { unit: 'steps', length: 20, from: 0.5 } };
  expect(ratesOf(learningRate, [0, 1, 2])).toEqual([0.5, 0.75, 1]);
});

it('a warm-up that would not end before training does is refused', () => {
  const learningRate = learningRateSchema.parse({ base: 1, warmUp: { unit: 'steps', length: 20 } });
  const refuse = (epochs: number, stepsPerEpoch: number): void => {
    refuseLongWarmUp({ learningRate, epochs }, stepsPerEpoch);
  };
  expect(() => {
    refuse(3, 7);
  }).not.toThrow();
  const failure = failureOf(() => {
    refuse(2, 10);
  });
  expect(failure.message).toBe(
    'task.recipe.learningRate.warmUp.length is 20; expected less than 20, because training has 20 steps: 2 epochs of 10.',
  );
});
