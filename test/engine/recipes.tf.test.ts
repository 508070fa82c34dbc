import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openTrainingSession, type Examples } from '../../src/engine/trainingSession.ts';
import { networkBuilder } from '../../src/engine/networkBuilder.ts';
import type { Precision } from '../../src/study/execution.ts';
import { learningRateAt, type Schedule } from '../../src/study/learningRate.ts';
import { learningRateSchema } from '../../src/study/task.ts';
import { difference, kerasName, type KerasSummary } from '../fixtures/engine/kerasSummary.ts';
import {
  batchOfStep,
  syntheticExamples,
  syntheticTask,
  syntheticWeight,
} from '../fixtures/engine/syntheticNumbers.ts';

interface KerasRun {
  /** A recipe, and what else the run departs in. */
  recipe: {
    batchNorm?: boolean;
    attributes?: boolean;
    precision?: Precision;
    lossScale?: number;
    steps?: number;
    learningRate: number;
    optimizer?: { name: string };
  };
  losses: number[];
  weights: KerasSummary[];
  optimizer: KerasSummary[];
  /** After each step, where there is one. */
  lossScales: number[];
}
/** Written by test/fixtures/engine/make.py with Keras on the same TensorFlow. */
const keras = JSON.parse(
  readFileSync(new URL('../fixtures/engine/recipes.json', import.meta.url), 'utf8'),
) as {
  recipes: Record<string, KerasRun>;
  schedules: Record<string, number[]>;
};

/** Attribute k: whether the class is at most k. */
function withAttributes(examples: Examples): Examples {
  const attributes = Uint8Array.from({ length: examples.labels.length * 10 }, (_, position) =>
    Number((examples.labels[Math.floor(position / 10)] ?? 0) <= position % 10),
  );
  return { ...examples, labels: new Int32Array(examples.labels.length), attributes };
}

/** Steps by a recipe from Keras' initial weights on its batches. */
async function train({ recipe: given, losses, weights }: KerasRun) {
  const { batchNorm = false, attributes, precision = 'float32', lossScale, learningRate, ...rest } = given;
  const { steps: _, ...recipe } = rest;
  const examples = attributes === true ? withAttributes(syntheticExamples()) : syntheticExamples();
  const task = syntheticTask({ batchNorm }, recipe);
  const session = await openTrainingSession({
    task,
    train: examples,
    test: examples,
    classes: 10,
    build: networkBuilder(task.network),
    initialisationSeed: 0,
    precision,
  });
  try {
    session.writeTensors(
      session.tensors
        .filter(({ role }) => role !== 'optimizer')
        .map((info) => {
          const index = weights.findIndex(({ name }) => name === info.name);
          return { ...info, data: syntheticWeight(info.name, info.shape, index) };
        }),
    );
    if (lossScale !== undefined) {
      const scale = session.readTensors().filter(({ name }) => name === 'optimizer/loss_scale');
      session.writeTensors(scale.map((tensor) => ({ ...tensor, data: Float32Array.of(lossScale) })));
    }
    const steps = losses.map((_loss, step) => session.trainStep(batchOfStep(step), learningRate, {}));
    return { steps, tensors: session.readTensors() };
  } finally {
    session.dispose();
  }
}

/** What may lie between two ways of rounding: of 16 bits, and the batch's statistics in one op or in several. */
const tolerances = {
  float32: { loss: 5e-5, weight: 1e-3, optimizer: 5e-3 },
  half: { loss: 5e-3, weight: 0.02, optimizer: 0.15 },
};

describe.each(Object.entries(keras.recipes))(
  'the recipe "%s" against Keras on the same TensorFlow',
  (_, run) => {
    it('gives its losses, weights, optimiser state and loss scale', async () => {
      const { recipe, losses, weights, optimizer, lossScales } = run;
      const tolerance = tolerances[recipe.precision === undefined ? 'float32' : 'half'];
      const { steps, tensors } = await train(run);
      steps.forEach(({ loss }, step) => {
        expect(Math.abs(loss - (losses[step] ?? Number.NaN)), `loss of step ${step}`).toBeLessThan(
          tolerance.loss,
        );
      });
      const summaries = [...weights, ...optimizer];
      const compared = tensors.filter(({ name }) => !/^optimizer\/(iterations|loss_scale)/.test(name));
      expect(compared).toHaveLength(summaries.length);
      for (const tensor of compared) {
        const summary = summaries.find(({ name }) => name === kerasName(tensor, recipe.optimizer?.name));
        expect(summary, tensor.name).toBeDefined();
        // Normalisation takes a bias before it out again: its gradient is nothing but rounding.
        if (summary === undefined || (recipe.batchNorm === true && /conv2d.*bias/.test(tensor.name)))
          continue;
        const most = tensor.role === 'optimizer' ? tolerance.optimizer : tolerance.weight;
        expect(difference(tensor.data, summary), tensor.name).toBeLessThan(most);
      }
      const scaleAfter = (step: number): number => lossScales[step] ?? recipe.lossScale ?? 2 ** 15;
      expect(steps.map(({ skipped }) => skipped)).toEqual(
        steps.map((_step, step) => scaleAfter(step) < scaleAfter(step - 1)),
      );
      const scale = tensors.find(({ name }) => name === 'optimizer/loss_scale');
      expect(scale?.data[0]).toBe(lossScales.at(-1));
    });
  },
);

describe('the rate of a step', () => {
  const stepsPerEpoch = 7;
  const schedules: Readonly<Record<string, object>> = {
    cosine: { base: 0.4, decay: { kind: 'cosine', floor: 0.05 } },
    warmUpCosine: {
      base: 0.4,
      warmUp: { unit: 'epochs', length: 3, from: 0.01 },
      decay: { kind: 'cosine' },
    },
    exponential: { base: 0.4, decay: { kind: 'exponential', factor: 0.1, every: 5, staircase: false } },
    staircase: { base: 0.4, decay: { kind: 'exponential', factor: 0.1, every: 5 } },
  };

  it.each(Object.entries(keras.schedules))("is that of Keras' schedule: %s", (name, rates) => {
    const schedule: Schedule = { learningRate: learningRateSchema.parse(schedules[name]), epochs: 12 };
    expect(rates).toHaveLength(12 * stepsPerEpoch);
    rates.forEach((rate, taken) => {
      const place = { epoch: Math.floor(taken / stepsPerEpoch), step: taken % stepsPerEpoch, stepsPerEpoch };
      expect(Math.abs(learningRateAt(schedule, place) - rate), `step ${taken}`).toBeLessThan(1e-7);
    });
  });
});
