import { describe, expect, test } from 'vitest';
import {
  bitIdentity,
  firstDivergence,
  type FinalState,
  type FingerprintSequence,
} from '../../src/analysis/bitIdentity.ts';

function sequence(rows: number[][], firstStep = 0): FingerprintSequence {
  return { firstStep, tensors: rows[0]?.length ?? 0, values: Uint32Array.from(rows.flat()) };
}

function state(
  finalFingerprint: number[] | null,
  predictions: number[] | null,
  weights?: number[],
): FinalState {
  return {
    fingerprints: finalFingerprint && sequence([[1, 1], finalFingerprint]),
    predictions: predictions && Uint8Array.from(predictions),
    weights: weights
      ? [{ name: 'dense/kernel', shape: [weights.length], role: 'weight', data: Float32Array.from(weights) }]
      : null,
  };
}

describe('identity at the end', () => {
  test('equal fingerprints and predictions are identical', () => {
    expect(bitIdentity([state([3, 4], [1]), state([3, 4], [1])])).toEqual({
      identical: true,
      groups: [[0, 1]],
    });
  });

  test('replicates fall into groups', () => {
    const replicates = [state([3, 4], [1]), state([3, 5], [1]), state([3, 4], [1]), state([3, 4], [2])];
    expect(bitIdentity(replicates)).toEqual({ identical: false, groups: [[0, 2], [1], [3]] });
  });

  test('earlier fingerprints do not count: only where they ended', () => {
    const other = {
      ...state([3, 4], [1]),
      fingerprints: sequence([
        [9, 9],
        [3, 4],
      ]),
    };
    expect(bitIdentity([state([3, 4], [1]), other]).identical).toBe(true);
  });

  test('without fingerprints the weights decide, bit by bit', () => {
    expect(bitIdentity([state(null, [1], [1, 0]), state(null, [1], [1, 0])]).identical).toBe(true);
    expect(bitIdentity([state(null, [1], [1, 0]), state(null, [1], [1, -0])]).identical).toBe(false);
    expect(bitIdentity([state(null, [1], [Number.NaN]), state(null, [1], [Number.NaN])]).identical).toBe(
      true,
    );
  });

  test('below two replicates, or with nothing to tell by, the answer is null', () => {
    expect(bitIdentity([])).toEqual({ identical: null, groups: null });
    expect(bitIdentity([state([3, 4], [1])])).toEqual({ identical: null, groups: null });
    expect(bitIdentity([state(null, [1]), state(null, [1])])).toEqual({ identical: null, groups: null });
    expect(bitIdentity([state([3, 4], null), state([3, 4], null)]).identical).toBeNull();
  });

  test('one known difference is enough, whatever else is missing', () => {
    expect(bitIdentity([state(null, [1]), state(null, [2])]).identical).toBe(false);
    expect(bitIdentity([state(null, [1]), state([3, 4], [1]), state([3, 5], [1])])).toEqual({
      identical: false,
      groups: null,
    });
  });
});

describe('the first step at which replicates part', () => {
  test('names step, tensor and the two replicates', () => {
    const first = sequence([
      [1, 1, 1],
      [2, 2, 2],
      [3, 3, 3],
    ]);
    const late = sequence([
      [1, 1, 1],
      [2, 2, 2],
      [3, 0, 0],
    ]);
    const early = sequence([
      [1, 1, 1],
      [2, 2, 9],
      [3, 0, 0],
    ]);
    expect(firstDivergence([first, late, early])).toEqual({ step: 1, tensor: 2, between: [0, 2] });
    expect(firstDivergence([first, late])).toEqual({ step: 2, tensor: 1, between: [0, 1] });
  });

  test('sequences that start at different steps are compared where both exist', () => {
    const whole = sequence([[1], [2], [3], [4]]);
    expect(firstDivergence([whole, sequence([[3], [5]], 2)])).toEqual({
      step: 3,
      tensor: 0,
      between: [0, 1],
    });
    expect(firstDivergence([sequence([[3], [5]], 2), whole])).toEqual({
      step: 3,
      tensor: 0,
      between: [0, 1],
    });
  });

  test('equal sequences, and fewer than two, part nowhere', () => {
    expect(firstDivergence([sequence([[1], [2]]), sequence([[1], [2], [3]])])).toBeNull();
    expect(firstDivergence([sequence([[1]])])).toBeNull();
    expect(firstDivergence([])).toBeNull();
  });
});
