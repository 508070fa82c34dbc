import { expect, it } from 'vitest';
import { networkBuilder } from '../../src/engine/networkBuilder.ts';
import { openTrainingSession } from '../../src/engine/trainingSession.ts';
import { readKerasFile } from '../../src/host/networks/readKerasFile.ts';
import { networkSize } from '../../src/networks/networkSize.ts';
import { taskSchema } from '../../src/study/task.ts';
import { kerasModels, modelFile } from '../fixtures/kerasFiles/kerasFiles.ts';
import {
  differenceOfLogits,
  differenceOfSummary,
  gradientsOf,
  imagesOf,
  weightValue,
} from '../fixtures/networks/kerasNetworks.ts';

const batch = 2;
const beta1 = 0.9;

it.each(Object.entries(kerasModels()))(
  'a model that Keras saved has its parameters, its logits and its step: %s',
  async (file, keras) => {
    const { side, channels, classes, parameters, trainable } = keras;
    const path = modelFile(file);
    const network = { name: 'keras-file' as const, path, topology: await readKerasFile(path) };
    const size = networkSize(network, [side, side, channels], classes);
    expect([size?.trainable, (size?.trainable ?? 0) + (size?.movingStatistics ?? 0)]).toEqual([
      trainable,
      parameters,
    ]);

    const examples = imagesOf({ batch, side, classes, channels });
    const session = await openTrainingSession({
      task: taskSchema.parse({
        dataset: { kind: 'fashion-mnist-sample' },
        network,
        recipe: {
          optimizer: { name: 'adam', beta1 },
          learningRate: { base: 1 },
          batchSize: batch,
          epochs: 1,
        },
      }),
      train: examples,
      test: examples,
      classes,
      build: networkBuilder(network),
      initialisationSeed: 1,
      fingerprints: false,
    });
    try {
      const weights = session.tensors.filter(({ role }) => role !== 'optimizer');
      session.writeTensors(weights.map((info) => ({ ...info, data: weightValue(info.name, info.shape) })));
      expect(differenceOfLogits(keras, session.evaluate(0, batch).logits)).toBeLessThan(1e-5);
      if (keras.loss === undefined) return;

      const { loss } = session.trainStep(Int32Array.from([0, 1]), 1e-6, {});
      expect(loss).toBeCloseTo(keras.loss, 5);
      const tensors = session.readTensors();
      const gradients = Object.entries(keras.gradients ?? {});
      const ours = gradientsOf(tensors, beta1);
      expect([...ours.keys()].sort()).toEqual(gradients.map(([name]) => name).sort());
      const whole = Math.hypot(...gradients.map(([, [norm]]) => norm));
      for (const [name, theirs] of gradients) {
        // Normalisation takes a shift before it out again: what is left of its gradient is rounding.
        const norm = Math.max(theirs[0], 1e-2 * whole);
        expect(differenceOfSummary(ours.get(name) ?? new Float32Array(), theirs, norm), name).toBeLessThan(
          1e-4,
        );
      }
      for (const [name, theirs] of Object.entries(keras.statistics ?? {})) {
        const moved = tensors.find((tensor) => tensor.name === name)?.data ?? new Float32Array();
        expect(differenceOfSummary(moved, theirs), name).toBeLessThan(1e-5);
      }
    } finally {
      session.dispose();
    }
  },
);
