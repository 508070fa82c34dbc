import { describe, expect, it } from 'vitest';
import {
  compareSteps,
  differenceOf,
  growthSteps,
  relativeDistance,
  remedyOf,
  varyingOutputs,
} from '../../src/determinism/bisect.ts';
import type { ObservedStep } from '../../src/scheduling/replay.ts';

describe('differenceOf', () => {
  it('counts units in the last place as numpy does', () => {
    // numpy.nextafter(float32(1), 2) is 1.00000012, one unit; from 1 to 1.5 there are 2^22, from -0.0 to 0.0 one.
    expect(differenceOf(Float32Array.of(1, 2), Float32Array.of(1 + 2 ** -23, 2))).toMatchObject({
      differing: 1,
      of: 2,
      largestUlps: 1,
      worst: { element: 0, left: 1, right: 1 + 2 ** -23 },
    });
    expect(differenceOf(Float32Array.of(1), Float32Array.of(1.5))?.largestUlps).toBe(2 ** 22);
    expect(differenceOf(Float32Array.of(-0), Float32Array.of(0))?.largestUlps).toBe(1);
    // The smallest number above 0 and that below it: two units apart, and the two zeros between them.
    expect(differenceOf(Float32Array.of(-(2 ** -149)), Float32Array.of(2 ** -149))?.largestUlps).toBe(3);
    expect(differenceOf(Float32Array.of(-1), Float32Array.of(-1 - 2 ** -23))?.largestUlps).toBe(1);
  });

  it('says nothing of equal bits, and measures the relative distance', () => {
    expect(differenceOf(Float32Array.of(Number.NaN, 3), Float32Array.of(Number.NaN, 3))).toBeNull();
    // sqrt(0.25) / sqrt(9 + 16) = 0.1
    expect(differenceOf(Float32Array.of(3, 4), Float32Array.of(3, 4.5))?.relative).toBeCloseTo(0.1, 12);
    expect(differenceOf(Int32Array.of(1, 2), Int32Array.of(1, 5))).toMatchObject({
      differing: 1,
      largestUlps: null,
    });
    expect(() => differenceOf(Float32Array.of(1), Float32Array.of(1, 2))).toThrow(/same size/);
  });
});

function observed(
  outputs: [name: string, op: string, inputs: string[], hashes: number[], label?: string][],
): ObservedStep {
  return {
    ...{ type: 'observed', fingerprints: [], isRepeated: true },
    outputs: outputs.map(([name, op, inputs, hashes, label]) => ({
      ...{ name, op, inputs, shape: [2], hashes },
      ...(label === undefined ? {} : { label }),
    })),
  };
}

describe('compareSteps', () => {
  const left = observed([
    ['a', 'Read', [], [1, 1]],
    ['b', 'Conv2D', ['a'], [2, 2]],
    ['c', 'Relu', ['b', 'a'], [3, 3], 'loss'],
  ]);

  it('names the first op that differs, and its inputs that do not', () => {
    const right = observed([
      ['a', 'Read', [], [1, 1]],
      ['b', 'Conv2D', ['a'], [2, 2]],
      ['c', 'Relu', ['b', 'a'], [9, 9], 'loss'],
    ]);
    const found = compareSteps(left, right);
    expect(found).toMatchObject({ sameGraph: true, compared: 3, sameInputs: ['b', 'a'] });
    expect(found.first?.map(({ name }) => name)).toEqual(['c', 'c']);
    expect(compareSteps(left, left).first).toBeNull();
  });

  it('compares what has a name where the graphs are not the same', () => {
    const right = observed([
      ['x', 'Conv2D', [], [7, 7]],
      ['y', 'AddN', ['x'], [4, 4], 'loss'],
    ]);
    const found = compareSteps(left, right);
    expect(found).toMatchObject({ sameGraph: false, compared: 1, sameInputs: [] });
    expect(found.first?.map(({ name }) => name)).toEqual(['c', 'y']);
  });
});

describe('varyingOutputs', () => {
  it('names what varies by itself, not what follows from it', () => {
    const step = observed([
      ['a', 'Read', [], [1, 1]],
      ['b', 'Conv2DBackpropFilter', ['a'], [2, 3], 'gradient of conv2d/kernel'],
      ['c', 'AddN', ['b'], [4, 5]],
    ]);
    expect(varyingOutputs(step)).toEqual([
      { name: 'b', op: 'Conv2DBackpropFilter', label: 'gradient of conv2d/kernel' },
    ]);
  });
});

describe('growth', () => {
  it('is looked at ever more seldom, and after the last step', () => {
    expect(growthSteps(10, 30)).toEqual([10, 11, 12, 13, 15, 18, 22, 28, 30]);
    expect(growthSteps(10, 10)).toEqual([10]);
  });

  it('is the norm of the difference over that of the weights, without the optimiser', () => {
    const tensor = (name: string, role: 'weight' | 'optimizer', numbers: number[]) => ({
      ...{ name, role, shape: [numbers.length], data: Float32Array.from(numbers) },
    });
    const left = [tensor('k', 'weight', [3, 4]), tensor('m', 'optimizer', [9])];
    const right = [tensor('k', 'weight', [3, 4.5]), tensor('m', 'optimizer', [0])];
    expect(relativeDistance(left, right)).toBeCloseTo(0.1, 12);
  });
});

describe('remedyOf', () => {
  const parting = {
    ...{ replicate: 1, from: 0, step: 0, tensor: null, firstOtherBatch: null },
    ...{ seedDifferences: [], configurationDifferences: [], explanation: '' },
  };

  it('answers what explains the difference', () => {
    expect(remedyOf({ ...parting, configurationDifferences: ['threads: 1 against 2'] })).toMatch(
      /same number of threads/,
    );
    expect(remedyOf({ ...parting, seedDifferences: ['data order'] })).toMatch(/fix data order/);
    expect(remedyOf({ ...parting, seedDifferences: ['the place where a bit is flipped'] })).toMatch(
      /perturbation out/,
    );
    expect(remedyOf({ ...parting, firstOtherBatch: 3 })).toMatch(/same examples/);
    expect(remedyOf(parting)).toMatch(/deterministic ops/);
  });
});
