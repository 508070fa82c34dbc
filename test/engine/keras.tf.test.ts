import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openTrainingSession } from '../../src/engine/trainingSession.ts';
import { networkBuilder } from '../../src/engine/networkBuilder.ts';
import { difference, kerasName, type KerasSummary } from '../fixtures/engine/kerasSummary.ts';
import {
  batchOfStep,
  syntheticExamples,
  syntheticTask,
  syntheticWeight,
} from '../fixtures/engine/syntheticNumbers.ts';

interface Run {
  losses: number[];
  weights: KerasSummary[];
  optimizer: KerasSummary[];
  evaluation: { lossSum: number; correct: number; logits: number[] };
}
/** Written by test/fixtures/engine/make.py with Keras on the same TensorFlow. */
const keras = JSON.parse(readFileSync(new URL('../fixtures/engine/keras.json', import.meta.url), 'utf8')) as {
  learningRate: number;
} & Record<'plain' | 'batchNorm', Run>;
const { learningRate } = keras;

/** Twenty steps from Keras' initial weights on its batches. */
async function train(batchNorm: boolean, expected: Run) {
  const examples = syntheticExamples();
  const task = syntheticTask({ batchNorm });
  const session = await openTrainingSession({
    task,
    train: examples,
    test: examples,
    classes: 10,
    build: networkBuilder(task.network),
    initialisationSeed: 0,
  });
  try {
    session.writeTensors(
      session.tensors
        .filter(({ role }) => role !== 'optimizer')
        .map((info) => {
          const index = expected.weights.findIndex(({ name }) => name === info.name);
          return { ...info, data: syntheticWeight(info.name, info.shape, index) };
        }),
    );
    const losses = expected.losses.map(
      (_, step) => session.trainStep(batchOfStep(step), learningRate, {}).loss,
    );
    const { lossSum, predictions, logits } = session.evaluate(0, examples.labels.length);
    const correct = predictions.reduce(
      (sum, predicted, i) => sum + Number(predicted === examples.labels[i]),
      0,
    );
    return { losses, tensors: session.readTensors(), lossSum, correct, logits };
  } finally {
    session.dispose();
  }
}

describe.each(['plain', 'batchNorm'] as const)(
  'SmallCNN (%s) against Keras on the same TensorFlow',
  (variant) => {
    it('gives its losses, weights, moving statistics, optimiser state and evaluation over 20 steps', async () => {
      const expected = keras[variant];
      const ours = await train(variant === 'batchNorm', expected);
      ours.losses.forEach((loss, step) => {
        expect(
          Math.abs(loss - (expected.losses[step] ?? Number.NaN)),
          `loss of step ${String(step)}`,
        ).toBeLessThan(5e-5);
      });
      const summaries = [...expected.weights, ...expected.optimizer];
      for (const tensor of ours.tensors) {
        if (tensor.name === 'optimizer/iterations') continue;
        const summary = summaries.find(({ name }) => name === kerasName(tensor));
        expect(summary, tensor.name).toBeDefined();
        // Normalisation takes a bias before it out again: its gradient is nothing but rounding, and so are its moments.
        if (summary === undefined || (variant === 'batchNorm' && /conv2d.*bias/.test(tensor.name))) continue;
        const tolerance = tensor.role === 'optimizer' ? 5e-3 : 1e-3;
        expect(difference(tensor.data, summary), tensor.name).toBeLessThan(tolerance);
      }
      expect(ours.tensors).toHaveLength(summaries.length + 1);
      // The wandering biases shift what the moving means of 20 steps have caught up with.
      const digits = variant === 'batchNorm' ? 3 : 4;
      expect(ours.lossSum / 512).toBeCloseTo(expected.evaluation.lossSum / 512, digits);
      // Logits this close to each other may tie either way.
      expect(Math.abs(ours.correct - expected.evaluation.correct)).toBeLessThanOrEqual(2);
      expected.evaluation.logits.forEach((logit, index) => {
        expect(ours.logits[index]).toBeCloseTo(logit, digits);
      });
    });
  },
);
