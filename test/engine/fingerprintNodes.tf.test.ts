import { beforeAll, describe, expect, it } from 'vitest';
import { fingerprint } from '../../src/engine/fingerprint.ts';
import { FingerprintNodes } from '../../src/engine/fingerprintNodes.ts';
import { GraphDefinition } from '../../src/engine/graphDefinition.ts';
import { loadTensorFlow } from '../../src/engine/runtime.ts';
import { GraphSession } from '../../src/engine/session.ts';
import type { TensorFlow } from '../../src/engine/tensorFlow.ts';
import { hashed } from '../fixtures/engine/syntheticNumbers.ts';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTensorFlow();
});

/** The fingerprints of some tensors as the graph computes them. */
function inGraph(
  tensors: readonly { words: Uint32Array; shape: readonly number[] }[],
  gpu: boolean,
): number[] {
  const graph = new GraphDefinition();
  const fed = tensors.map(({ shape }, index) => ({
    name: graph.placeholder(`tensor${index}`, 'float32', shape),
    ...{ dtype: 'float32' as const, shape },
  }));
  const result = new FingerprintNodes(graph, { gpu }).of(
    fed.map(({ name, shape }) => ({ tensor: name, shape })),
  );
  const session = new GraphSession(tf, graph);
  const call = session.prepare(fed, [result]);
  const [values] = call(...tensors.map(({ words }) => new Float32Array(words.buffer)));
  session.dispose();
  return Array.from(values as Int32Array, (value) => value >>> 0);
}

describe('fingerprints in a graph', () => {
  it.each([
    { shape: [] },
    { shape: [7] },
    { shape: [3, 3, 32, 32] },
    { shape: [16_384] },
    { shape: [16_385] },
    { shape: [3, 16_384] },
    { shape: [3, 3, 64, 130] },
    // Cut in pieces, with a last row that is shorter: by whole 64 bytes, and not.
    { shape: [34, 16_384] },
    { shape: [33 * 16_384 + 32] },
    { shape: [33 * 16_384 + 5] },
  ])('are those of the words, whatever the bits, for shape $shape', ({ shape }) => {
    const count = shape.reduce((product, size) => product * size, 1);
    for (const salt of [1, 2]) {
      const words = hashed(count, salt);
      for (const gpu of [false, true]) expect(inGraph([{ words, shape }], gpu)).toEqual([fingerprint(words)]);
    }
  });

  it('of several tensors, short and long, stand in their order', () => {
    const shapes = [[5], [3, 16_384], [], [16_384], [2, 9_000], [16_385], [1], [4, 4]];
    const tensors = shapes.map((shape, salt) => {
      const count = shape.reduce((product, size) => product * size, 1);
      return { words: hashed(count, salt), shape };
    });
    const expected = tensors.map(({ words }) => fingerprint(words));
    for (const gpu of [false, true]) expect(inGraph(tensors, gpu)).toEqual(expected);
  });

  it('tell NaNs, infinities and zeros of either sign apart', () => {
    const values = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const tensors = values.map((value) => ({
      words: new Uint32Array(Float32Array.of(value, 1).buffer),
      shape: [2],
    }));
    const prints = inGraph(tensors, false);
    expect(new Set(prints).size).toBe(values.length);
  });
});
