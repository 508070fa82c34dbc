import { beforeAll, describe, expect, it } from 'vitest';
import { decodeImage } from '../../src/engine/decode.ts';
import { modelWeights } from '../../src/engine/modelWeights.ts';
import { loadTensorFlow } from '../../src/engine/runtime.ts';
import type { TensorFlow } from '../../src/engine/tensorFlow.ts';
import {
  openTrainingSession,
  type Examples,
  type TrainingSession,
} from '../../src/engine/trainingSession.ts';
import { networkBuilder } from '../../src/engine/networkBuilder.ts';
import { taskSchema, type Task } from '../../src/study/task.ts';
import {
  missingReference,
  referencePredictions,
  referenceRuns,
  referenceTestImages,
  referenceWeights,
} from '../fixtures/networks/referenceLogs.ts';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTensorFlow();
});

function taskWith(network: object): Task {
  return taskSchema.parse({
    dataset: { kind: 'fashion-mnist-sample' },
    network: { name: 'smallcnn', ...network },
    recipe: { optimizer: { name: 'adam' }, learningRate: { base: 4e-4 }, batchSize: 128, epochs: 10 },
  });
}

function parameters(network: object, imageShape: [number, number, number], classes: number): number {
  const { model } = networkBuilder(taskWith(network).network)({ tf, imageShape, classes });
  const total = modelWeights(model).reduce((sum, { variable }) => sum + variable.size, 0);
  model.dispose();
  return total;
}

describe('SmallCNN', () => {
  it('has the parameters of the reference', () => {
    expect(parameters({}, [32, 32, 3], 10)).toBe(15_722);
    expect(parameters({ batchNorm: true }, [32, 32, 3], 10)).toBe(16_042);
  });

  it("follows the data's shape and classes", () => {
    // One grey channel: 2 x 9 x 16 kernel values fewer; 7 classes: 3 x (32 + 1) fewer.
    expect(parameters({}, [28, 28, 1], 7)).toBe(15_722 - 2 * 9 * 16 - 3 * 33);
  });

  it('keeps no tensors once its model is disposed of', () => {
    const before = tf.memory().numTensors;
    parameters({ batchNorm: true, dropout: 0.5 }, [32, 32, 3], 10);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses images too small for three poolings, with the sizes', () => {
    expect(() => parameters({}, [32, 7, 3], 10)).toThrow(/at least 8 x 8 pixels; these are 32 x 7/);
  });
});

describe.skipIf(missingReference !== undefined)(
  `SmallCNN with the reference's weights${missingReference === undefined ? '' : ` (skipped: ${missingReference})`}`,
  () => {
    let test: Examples;
    const sessions = new Map<boolean, TrainingSession>();
    beforeAll(async () => {
      const decoded = referenceTestImages().map(({ label, bytes }) => ({ label, ...decodeImage(bytes, 3) }));
      test = {
        images: Uint8Array.from(decoded.flatMap(({ pixels }) => [...pixels])),
        labels: Int32Array.from(decoded, ({ label }) => label),
        shape: [32, 32, 3],
      };
      for (const batchNorm of [false, true]) {
        const task = taskWith({ batchNorm });
        sessions.set(
          batchNorm,
          await openTrainingSession({
            task,
            train: test,
            test,
            classes: 10,
            build: networkBuilder(task.network),
            initialisationSeed: 1,
          }),
        );
      }
      return () => {
        for (const session of sessions.values()) session.dispose();
      };
    });

    it('is given all 14 runs', () => {
      expect(referenceRuns()).toHaveLength(14);
    });

    it.each(referenceRuns())('predicts every line of pred9.txt of %s', async (run) => {
      const weights = await referenceWeights(run);
      const session = sessions.get(weights.has('batch_normalization/gamma'));
      expect(session).toBeDefined();
      const held = session?.tensors.filter(({ role }) => role !== 'optimizer') ?? [];
      expect(held.map(({ name }) => name).sort()).toEqual([...weights.keys()].sort());
      session?.writeTensors(
        held.map((info) => ({ ...info, data: weights.get(info.name) ?? new Float32Array() })),
      );
      const { predictions } = session?.evaluate(0, 1000) ?? { predictions: new Int32Array() };
      expect([...predictions]).toEqual(referencePredictions(run));
    });
  },
);
