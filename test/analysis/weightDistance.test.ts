import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { weightDistances } from '../../src/analysis/weightDistance.ts';
import type { WeightTensor } from '../../src/analysis/weights.ts';
import { fixture, type ExpectedDistance } from './fixture.ts';

const expected = fixture.weights;
const shares = JSON.parse(
  readFileSync(new URL('../fixtures/analysis/layerShares.json', import.meta.url), 'utf8'),
) as {
  shares: Record<string, number>;
  parameters: Record<string, number>;
  distances: number[];
  normalized: number[];
};

const replicates = expected.replicates.map((replicate): WeightTensor[] =>
  Object.entries(replicate).map(([name, values]) => ({
    name,
    shape: expected.shapes[name]!,
    role: name.includes('moving') ? 'moving-statistic' : 'weight',
    data: Float32Array.from(values),
  })),
);

function expectDistance(
  actual: ReturnType<ReturnType<typeof weightDistances>['overall']>,
  to: ExpectedDistance,
) {
  expect(actual.mean).toBeCloseTo(to.raw.mean, 9);
  expect(actual.interval?.low).toBeCloseTo(Math.max(0, to.raw.interval[0]), 9);
  expect(actual.interval?.high).toBeCloseTo(to.raw.interval[1], 9);
  expect(actual.normalizedMean).toBeCloseTo(to.normalized.mean, 9);
  expect(actual.normalizedInterval?.low).toBeCloseTo(Math.max(0, to.normalized.interval[0]), 9);
  expect(actual.normalizedInterval?.high).toBeCloseTo(Math.min(2, to.normalized.interval[1]), 9);
}

describe('four replicates against numpy', () => {
  const distances = weightDistances(replicates);

  test('over trainable weights', () => {
    expectDistance(distances.overall(false), expected.trainable);
  });

  test('with moving statistics', () => {
    expectDistance(distances.overall(true), expected.withMovingStatistics);
  });

  test('layer by layer, moving statistics left out', () => {
    const layers = distances.byLayer();
    expect(layers.map(({ layer }) => layer)).toEqual(['conv', 'dense']);
    for (const layer of layers) expectDistance(layer, expected.layers[layer.layer]!);
  });

  test('the share of each layer in the squared distance', () => {
    for (const { layer, share, parameters } of distances.byLayer()) {
      expect(share).toBeCloseTo(shares.shares[layer]!, 12);
      expect(parameters).toBe(shares.parameters[layer]);
    }
  });

  test('the mean distance of each replicate to the others, whose mean is that over pairs', () => {
    const { distances: raw, normalized } = distances.byReplicate(false);
    shares.distances.forEach((distance, replicate) => expect(raw[replicate]).toBeCloseTo(distance, 12));
    shares.normalized.forEach((distance, replicate) =>
      expect(normalized[replicate]).toBeCloseTo(distance, 12),
    );
    expect(raw.reduce((sum, distance) => sum + distance, 0) / raw.length).toBeCloseTo(
      expected.trainable.raw.mean,
      12,
    );
  });
});

function single(
  values: number[],
  role: WeightTensor['role'] = 'weight',
  name = 'dense/kernel',
): WeightTensor[] {
  return [{ name, shape: [values.length], role, data: Float32Array.from(values) }];
}

test('tensors longer than one block are summed whole', () => {
  const values = Array.from({ length: 10_001 }, (_, index) => (index % 7) / 8);
  const { mean, normalizedMean } = weightDistances([
    single(values),
    single(values.map((value) => value + 1)),
  ]).overall(false);
  expect(mean).toBeCloseTo(Math.sqrt(10_001), 10);
  const shifted = values.map((value) => value + 1);
  const first = Math.hypot(...values);
  const second = Math.hypot(...shifted);
  expect(normalizedMean).toBeCloseTo(
    Math.hypot(...values.map((value, index) => value / first - shifted[index]! / second)),
    9,
  );
});

test('equal weights are at distance 0 exactly, opposite ones at the normalised distance 2', () => {
  const weights = [0.1, -0.7, 3.3];
  expect(weightDistances([single(weights), single(weights)]).overall(false)).toMatchObject({
    mean: 0,
    normalizedMean: 0,
  });
  expect(weightDistances([single(weights), single(weights)]).byLayer()[0]?.share).toBeNull();
  const opposite = weightDistances([single(weights), single(weights.map((value) => -value))]);
  expect(opposite.overall(false).normalizedMean).toBeCloseTo(2, 6);
});

test('what cannot be computed is null', () => {
  expect(weightDistances([]).overall(false).mean).toBeNull();
  expect(weightDistances([single([1])]).overall(false).mean).toBeNull();
  expect(weightDistances([single([1]), single([2])]).overall(false)).toMatchObject({
    mean: 1,
    interval: null,
  });
  expect(weightDistances([single([0]), single([1])]).overall(false).normalizedMean).toBeNull();
  expect(weightDistances([single([Number.NaN]), single([1])]).overall(false).mean).toBeNull();
});

test('optimiser state never counts', () => {
  const first = [...single([1]), ...single([5], 'optimizer', 'adam/m')];
  const second = [...single([3]), ...single([50], 'optimizer', 'adam/m')];
  expect(weightDistances([first, second]).overall(true).mean).toBe(2);
});

test('checkpoints of different networks are refused by the tensor that differs', () => {
  expect(() => weightDistances([single([1]), single([1, 2])])).toThrow(
    /replicates 0 and 1 .* tensor 0 is dense\/kernel \[1\] .* against dense\/kernel \[2\]/,
  );
  expect(() => weightDistances([single([1]), single([1], 'weight', 'other')])).toThrow(/against other/);
  expect(() => weightDistances([single([1]), []])).toThrow(/1 tensors against 0/);
});
