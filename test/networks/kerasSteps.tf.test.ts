import { expect, it } from 'vitest';
import { networkBuilder } from '../../src/engine/networkBuilder.ts';
import { openTrainingSession, type TrainingSession } from '../../src/engine/trainingSession.ts';
import { blueprintOf } from '../../src/networks/catalogue.ts';
import { taskSchema } from '../../src/study/task.ts';
import {
  differenceOfLogits,
  differenceOfSummary,
  dropoutNumbers,
  gradientsOf,
  imagesOf,
  kerasCases,
  weightValue,
  type KerasCase,
} from '../fixtures/networks/kerasNetworks.ts';

const beta1 = 0.9;

async function open(given: KerasCase): Promise<TrainingSession> {
  const { network, classes, batch } = given;
  const examples = imagesOf(given);
  const session = await openTrainingSession({
    task: taskSchema.parse({
      dataset: { kind: 'fashion-mnist-sample' },
      network,
      recipe: { optimizer: { name: 'adam', beta1 }, learningRate: { base: 1 }, batchSize: batch, epochs: 1 },
    }),
    train: examples,
    test: examples,
    classes,
    build: networkBuilder(network),
    initialisationSeed: 1,
    // They would take longer to optimise than all the rest.
    fingerprints: false,
  });
  const weights = session.tensors.filter(({ role }) => role !== 'optimizer');
  session.writeTensors(weights.map((info) => ({ ...info, data: weightValue(info.name, info.shape) })));
  return session;
}

function step(session: TrainingSession, { network, side, classes, batch }: KerasCase): number {
  const names = blueprintOf(network, [side, side, 3], classes).layers.flatMap(({ name, operation }) =>
    operation.kind === 'dropout' ? [name] : [],
  );
  const dropout = session.noiseShapes.dropout.map((shape, index) =>
    dropoutNumbers(
      names[index] ?? '',
      shape.reduce((count, size) => count * size, batch),
    ),
  );
  return session.trainStep(
    Int32Array.from({ length: batch }, (_, index) => index),
    1e-6,
    { dropout },
  ).loss;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/**
 * With few examples behind each mean of a batch, a bit of rounding turns a ReLU here and there, in Keras as much as here;
 * so the largest difference says less than the middle one. A wrong formula is off by a multiple of these.
 */
const tolerances: Readonly<Record<string, { largest: number; middle: number }>> = {
  resnet50: { largest: 3e-2, middle: 5e-3 },
  mobilenet: { largest: 3e-2, middle: 5e-3 },
  inceptionv3: { largest: 1e-1, middle: 1e-2 },
};
const usualTolerance = { largest: 5e-3, middle: 2e-4 };

it.each(kerasCases().filter(({ keras }) => keras.loss !== undefined))(
  'a step of $key has the logits, loss, gradients and moving statistics of Keras',
  async (given) => {
    const { key, batch, keras } = given;
    const { gradients = {}, statistics = {} } = keras;
    const session = await open(given);
    try {
      expect(differenceOfLogits(keras, session.evaluate(0, batch).logits)).toBeLessThan(1e-5);
      const loss = step(session, given);
      expect(Math.abs(loss - (keras.loss ?? Number.NaN)) / loss).toBeLessThan(5e-5);

      const tensors = session.readTensors();
      const ours = gradientsOf(tensors, beta1);
      expect([...ours.keys()].sort()).toEqual(Object.keys(gradients).sort());
      const whole = Math.hypot(...Object.values(gradients).map(([norm]) => norm));
      const differences = Object.entries(gradients).flatMap(([name, theirs]) => {
        const data = ours.get(name) ?? new Float32Array();
        // Normalisation takes a shift before it out again: what is left of its gradient is rounding.
        return theirs[0] < 1e-5 * whole ? [] : [differenceOfSummary(data, theirs)];
      });
      expect(differences.length).toBeGreaterThan(0.4 * ours.size);
      const { largest, middle } = tolerances[key] ?? usualTolerance;
      expect(Math.max(...differences)).toBeLessThan(largest);
      expect(median(differences)).toBeLessThan(middle);

      const moved = tensors.filter(({ name }) => name.includes('/moving_'));
      expect(moved.map(({ name }) => name).sort()).toEqual(Object.keys(statistics).sort());
      for (const { name, data } of moved) {
        const theirs = statistics[name];
        expect(theirs === undefined ? Number.NaN : differenceOfSummary(data, theirs), name).toBeLessThan(
          1e-5,
        );
      }
    } finally {
      session.dispose();
    }
  },
);
