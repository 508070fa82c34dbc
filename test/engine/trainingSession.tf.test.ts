import { afterEach, describe, expect, it } from 'vitest';
import { bindingOf } from '../../src/engine/binding.ts';
import { fingerprint } from '../../src/engine/fingerprint.ts';
import { initialValues } from '../../src/engine/initialisation.ts';
import { loadTensorFlow } from '../../src/engine/runtime.ts';
import {
  openTrainingSession,
  type Examples,
  type NamedTensor,
  type StepNoise,
  type TrainingSession,
} from '../../src/engine/trainingSession.ts';
import { networkBuilder } from '../../src/engine/networkBuilder.ts';
import { hashed, syntheticExamples, syntheticTask } from '../fixtures/engine/syntheticNumbers.ts';

const open: TrainingSession[] = [];
afterEach(() => {
  for (const session of open.splice(0)) session.dispose();
});

const shape = [12, 10, 2] as const;

async function session(
  options: {
    network?: object;
    recipe?: object;
    examples?: Examples;
    seed?: number;
    fingerprints?: boolean;
  } = {},
): Promise<TrainingSession> {
  const { network, recipe, examples = syntheticExamples(40, shape), seed = 5, fingerprints = true } = options;
  const task = syntheticTask(network, { batchSize: 16, ...recipe });
  const opened = await openTrainingSession({
    task,
    train: examples,
    test: examples,
    classes: 10,
    build: networkBuilder(task.network),
    initialisationSeed: seed,
    fingerprints,
  });
  open.push(opened);
  return opened;
}

const indices = (count: number, from = 0): Int32Array =>
  Int32Array.from({ length: count }, (_, k) => from + k);
const uniform = (count: number, salt: number): Float32Array =>
  Float32Array.from(hashed(count, salt), (h) => Math.floor(h / 256) / 2 ** 24);

/** Numbers for a step of the richest task. */
function noiseOf(count: number, step: number): StepNoise {
  return {
    flip: uniform(count, step),
    crop: Int32Array.from(hashed(2 * count, step + 50), (h) => h % 5),
    dropout: [uniform(32 * count, step + 100)],
  };
}
const rich = {
  network: { batchNorm: true, dropout: 0.4 },
  recipe: { augmentation: [{ kind: 'pad-crop', padding: 2 }, { kind: 'flip' }], scaling: 'standardise' },
};

function expected(tensors: readonly NamedTensor[]): number[] {
  return tensors.map(({ data }) => fingerprint(new Uint32Array(data.slice().buffer)));
}

describe('a training session', () => {
  it('lists weights and moving statistics by layer, then the state of Adam', async () => {
    const { tensors, noiseShapes } = await session({ network: { batchNorm: true } });
    expect(tensors.slice(0, 6).map(({ name, shape: of, role }) => [name, of, role])).toEqual([
      ['conv2d/kernel', [3, 3, 2, 16], 'weight'],
      ['conv2d/bias', [16], 'weight'],
      ['batch_normalization/gamma', [16], 'weight'],
      ['batch_normalization/beta', [16], 'weight'],
      ['batch_normalization/moving_mean', [16], 'moving-statistic'],
      ['batch_normalization/moving_variance', [16], 'moving-statistic'],
    ]);
    // 16 weights, 6 moving statistics, the step count and two moments a weight.
    expect(tensors).toHaveLength(16 + 6 + 1 + 32);
    expect(noiseShapes).toEqual({ flip: false, crop: null, dropout: [] });
  });

  it('initialises each weight from its own stream', async () => {
    const opened = await session({ seed: 77 });
    for (const { name, shape: of, role, data } of opened.readTensors()) {
      const values = role === 'optimizer' ? new Float32Array(data.length) : initialValues(name, of, 77);
      expect(data, name).toEqual(values);
    }
  });

  it('gives fingerprints of weights, moving statistics and optimiser state as they are after the update', async () => {
    const opened = await session(rich);
    let before = expected(opened.readTensors());
    for (let step = 0; step < 3; step += 1) {
      const { fingerprints } = opened.trainStep(indices(16, step), 1e-3, noiseOf(16, step));
      const after = expected(opened.readTensors());
      expect([...fingerprints]).toEqual(after);
      expect(after.filter((value, index) => value === before[index])).toEqual([]);
      before = after;
    }
  });

  it('takes the same steps twice, also the short one at the end of an epoch, with batch norm, dropout, crops and flips', async () => {
    const runs = [];
    for (let run = 0; run < 2; run += 1) {
      const opened = await session(rich);
      const results = [16, 16, 8].map((count, step) =>
        opened.trainStep(indices(count, 16 * step), 1e-3, noiseOf(count, step)),
      );
      runs.push({ results, tensors: opened.readTensors(), evaluation: opened.evaluate(0, 40) });
    }
    expect(runs[1]).toEqual(runs[0]);
  });

  it('goes on from written tensors as if it had never stopped', async () => {
    const whole = await session(rich);
    const halves = await session({ ...rich, seed: 1 });
    whole.trainStep(indices(16), 1e-3, noiseOf(16, 0));
    halves.writeTensors(whole.readTensors());
    const [a, b] = [whole, halves].map((each) => each.trainStep(indices(16, 16), 1e-3, noiseOf(16, 1)));
    expect(b).toEqual(a);
    expect(halves.evaluate(3, 17)).toEqual(whole.evaluate(3, 17));
  });

  it('does not train in the arrays it is given or gives', async () => {
    const opened = await session();
    const given = opened.readTensors();
    const copies = given.map(({ data }) => data.slice());
    opened.writeTensors(given);
    opened.trainStep(indices(16), 1e-2, {});
    given.forEach(({ data }, index) => {
      expect(data).toEqual(copies[index]);
    });
  });

  it('uses the learning rate of each step', async () => {
    const opened = await session();
    const before = opened.readTensors().filter(({ role }) => role === 'weight');
    opened.trainStep(indices(16), 0, {});
    expect(opened.readTensors().filter(({ role }) => role === 'weight')).toEqual(before);
    opened.trainStep(indices(16), 1e-3, {});
    expect(opened.readTensors().filter(({ role }) => role === 'weight')).not.toEqual(before);
  });

  it('counts what was right and reports the loss before the update', async () => {
    const examples = syntheticExamples(40, shape);
    const opened = await session({ examples });
    const { lossSum, predictions } = opened.evaluate(0, 16);
    const { loss, correct } = opened.trainStep(indices(16), 1e-3, {});
    expect(loss).toBeCloseTo(lossSum / 16, 5);
    expect(correct).toBe(predictions.reduce((sum, each, k) => sum + Number(each === examples.labels[k]), 0));
  });

  it('evaluates any range, each example by itself', async () => {
    const opened = await session({ network: { batchNorm: true } });
    const all = opened.evaluate(0, 40);
    const some = opened.evaluate(7, 20);
    expect(some.predictions).toEqual(all.predictions.slice(7, 20));
    some.logits.forEach((logit, k) => {
      expect(Math.abs(logit - (all.logits[70 + k] ?? Number.NaN))).toBeLessThan(1e-6);
    });
    const first = opened.evaluate(0, 7).lossSum;
    const last = opened.evaluate(20, 40).lossSum;
    expect(first + some.lossSum + last).toBeCloseTo(all.lossSum, 4);
  });

  it('reports a loss that is not finite', async () => {
    const opened = await session();
    opened.trainStep(indices(16), 1e30, {});
    expect(opened.trainStep(indices(16), 1e30, {}).loss).not.toSatisfy(Number.isFinite);
  });

  it('can leave the fingerprints out', async () => {
    const opened = await session({ fingerprints: false });
    expect(opened.trainStep(indices(16), 1e-3, {}).fingerprints).toHaveLength(0);
  });

  it('refuses what does not fit, saying what would', async () => {
    const opened = await session({ ...rich });
    expect(() => opened.trainStep(indices(15), 1e-3, noiseOf(15, 0))).toThrow(/has 16 or 8 examples, not 15/);
    expect(() => opened.trainStep(indices(16, 30), 1e-3, noiseOf(16, 0))).toThrow(
      /no example 40: the session holds 40/,
    );
    expect(() =>
      opened.trainStep(indices(16), 1e-3, { ...noiseOf(16, 0), flip: new Float32Array(3) }),
    ).toThrow(/expected 16/);
    expect(() => opened.trainStep(indices(16), 1e-3, {})).toThrow(/random numbers "flip"/);
    expect(() => opened.evaluate(10, 41)).toThrow(/no test examples 10 to 41/);
    const tensor = { name: 'conv3d/kernel', shape: [1], role: 'weight', data: new Float32Array(1) } as const;
    expect(() => {
      opened.writeTensors([tensor]);
    }).toThrow(/no tensor "conv3d\/kernel"/);
    opened.dispose();
    expect(() => opened.trainStep(indices(16), 1e-3, noiseOf(16, 0))).toThrow(/disposed/);
  });

  it('refuses examples that do not fit together', async () => {
    const examples = syntheticExamples(40, shape);
    await expect(session({ examples: { ...examples, images: examples.images.slice(1) } })).rejects.toThrow(
      /do not fit/,
    );
    await expect(
      session({ examples: { ...examples, labels: examples.labels.map(() => 10) } }),
    ).rejects.toThrow(/label of train example 0 is 10; there are 10 classes/);
  });

  it('keeps no tensors, sessions or memory over thousands of steps', async () => {
    const tf = await loadTensorFlow();
    const binding = bindingOf(tf);
    const counts = () => [binding.getNumOfTensors(), binding.getNumOfSavedModels(), tf.memory().numTensors];
    const before = counts();
    const opened = await session(rich);
    const opens = counts();
    for (let step = 0; step < 200; step += 1) opened.trainStep(indices(16), 1e-3, noiseOf(16, step));
    const settled = process.memoryUsage().rss;
    for (let step = 0; step < 2000; step += 1) opened.trainStep(indices(16), 1e-3, noiseOf(16, step));
    expect(counts()).toEqual(opens);
    // A leaked batch of these would be 15 kB, so 30 MB over the 2,000 steps.
    expect(process.memoryUsage().rss - settled).toBeLessThan(20 * 2 ** 20);
    opened.dispose();
    expect(counts()).toEqual(before);
  });
});
