import { afterEach, describe, expect, it } from 'vitest';
import { fingerprint } from '../../src/engine/fingerprint.ts';
import {
  openTrainingSession,
  type Examples,
  type TrainingSession,
} from '../../src/engine/trainingSession.ts';
import { networkBuilder } from '../../src/engine/networkBuilder.ts';
import type { Precision } from '../../src/study/execution.ts';
import { syntheticExamples, syntheticTask } from '../fixtures/engine/syntheticNumbers.ts';

const open: TrainingSession[] = [];
afterEach(() => {
  for (const session of open.splice(0)) session.dispose();
});

const classed = syntheticExamples(40, [12, 10, 2]);
const attributed: Examples = {
  ...classed,
  attributes: Uint8Array.from({ length: 400 }, (_, position) => (position % 3 === 0 ? 1 : 0)),
};

interface Setting {
  recipe?: object;
  precision?: Precision;
  examples?: Examples;
  seed?: number;
}

async function session({ recipe, precision = 'float32', examples = classed, seed = 5 }: Setting) {
  const task = syntheticTask({ batchNorm: true }, { batchSize: 16, ...recipe });
  const opened = await openTrainingSession({
    task,
    train: examples,
    test: examples,
    classes: 10,
    build: networkBuilder(task.network),
    initialisationSeed: seed,
    precision,
  });
  open.push(opened);
  return opened;
}

const indices = (count: number, from: number): Int32Array =>
  Int32Array.from({ length: count }, (_, k) => from + k);

const settings: readonly (readonly [string, Setting, string[]])[] = [
  [
    'momentum, L2, smoothing, clipping and micro-batches',
    {
      recipe: {
        optimizer: { name: 'sgd', momentum: 0.9, nesterov: true },
        weightDecay: { kind: 'l2', rate: 1e-3 },
        labelSmoothing: 0.1,
        gradientClipping: { kind: 'global-norm', limit: 0.5 },
        gradientAccumulation: 4,
      },
    },
    [],
  ],
  [
    'Adam with decoupled decay of all weights',
    { recipe: { weightDecay: { kind: 'decoupled', rate: 0.1, weights: 'all' } } },
    ['optimizer/iterations'],
  ],
  [
    'mixed float16',
    { precision: 'mixed-float16' },
    ['optimizer/iterations', 'optimizer/loss_scale', 'optimizer/loss_scale_steps'],
  ],
  [
    'mixed bfloat16 with attributes',
    { precision: 'mixed-bfloat16', examples: attributed },
    ['optimizer/iterations'],
  ],
];

describe.each(settings)('training with %s', (_, setting, shared) => {
  it('is fingerprinted, state and all, and goes on from written tensors as if it had never stopped', async () => {
    const whole = await session(setting);
    const halves = await session({ ...setting, seed: 1 });
    const state = whole.tensors.filter(({ role }) => role === 'optimizer').map(({ name }) => name);
    expect(state).toEqual(expect.arrayContaining(shared));
    expect(state.length % 16).toBe(shared.length);
    whole.trainStep(indices(16, 0), 1e-2, {});
    halves.writeTensors(whole.readTensors());
    // The short batch at the end of an epoch too, which is no whole number of micro-batches.
    for (const [count, from] of [
      [16, 16],
      [8, 32],
    ] as const) {
      const result = whole.trainStep(indices(count, from), 1e-2, {});
      expect(halves.trainStep(indices(count, from), 1e-2, {})).toEqual(result);
      const tensors = whole.readTensors();
      expect(halves.readTensors()).toEqual(tensors);
      expect([...result.fingerprints]).toEqual(
        tensors.map(({ data }) => fingerprint(new Uint32Array(data.slice().buffer))),
      );
    }
  });
});

describe('the loss scale of float16', () => {
  const scale = 'optimizer/loss_scale';
  const steps = 'optimizer/loss_scale_steps';
  const valueOf = (opened: TrainingSession, name: string): number | undefined =>
    opened.readTensors().find((tensor) => tensor.name === name)?.data[0];
  const write = (opened: TrainingSession, name: string, value: number): void => {
    opened.writeTensors([{ name, shape: [], role: 'optimizer', data: Float32Array.of(value) }]);
  };

  it('is halved by a step whose gradients overflow, which changes no weight and no other state', async () => {
    const recipe = { weightDecay: { kind: 'decoupled', rate: 0.1 } };
    const opened = await session({ precision: 'mixed-float16', recipe });
    opened.trainStep(indices(16, 0), 1e-3, {});
    write(opened, scale, 2 ** 40);
    const before = opened.readTensors();
    expect(opened.trainStep(indices(16, 16), 1e-3, {}).skipped).toBe(true);
    expect([valueOf(opened, scale), valueOf(opened, steps)]).toEqual([2 ** 39, 0]);
    const changed = opened.readTensors().filter(({ data }, index) => {
      return data.some((value, position) => value !== before[index]?.data[position]);
    });
    const others = changed.filter(({ name, role }) => role !== 'moving-statistic' && !name.startsWith(scale));
    expect(others.map(({ name }) => name)).toEqual([]);
  });

  it('is doubled after 2,000 steps without that', async () => {
    const opened = await session({ precision: 'mixed-float16' });
    write(opened, steps, 1998);
    expect(opened.trainStep(indices(16, 0), 1e-3, {}).skipped).toBe(false);
    expect([valueOf(opened, scale), valueOf(opened, steps)]).toEqual([2 ** 15, 1999]);
    opened.trainStep(indices(16, 0), 1e-3, {});
    expect([valueOf(opened, scale), valueOf(opened, steps)]).toEqual([2 ** 16, 0]);
  });
});

describe('examples with attributes', () => {
  it('are judged attribute by attribute', async () => {
    const opened = await session({ examples: attributed });
    expect(opened.answers).toBe(10);
    const { lossSum, predictions, logits } = opened.evaluate(3, 33);
    expect(predictions).toEqual(Int32Array.from(logits, (logit) => (logit > 0 ? 1 : 0)));
    const labels = attributed.attributes?.subarray(30, 330) ?? [];
    const loss = logits.reduce(
      (sum, z, index) => sum + Math.log1p(Math.exp((labels[index] ?? 0) === 1 ? -z : z)) / 10,
      0,
    );
    expect(lossSum).toBeCloseTo(loss, 3);
  });

  it('are refused where they are no 0 or 1, or not one for each attribute', async () => {
    const attributes = attributed.attributes ?? new Uint8Array();
    const stray = attributes.with(12, 2);
    await expect(session({ examples: { ...attributed, attributes: stray } })).rejects.toThrow(
      'Attribute 2 of train example 1 is 2; expected 1 or 0.',
    );
    await expect(session({ examples: { ...attributed, attributes: attributes.slice(1) } })).rejects.toThrow(
      '399 attribute values of 40 examples with 10 attributes each',
    );
  });
});
