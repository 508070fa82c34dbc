import { beforeAll, describe, expect, it } from 'vitest';
import { fingerprint, FingerprintNodes } from '../../src/engine/fingerprint.ts';
import { GraphDefinition } from '../../src/engine/graphDefinition.ts';
import { loadTensorFlow } from '../../src/engine/runtime.ts';
import { GraphSession } from '../../src/engine/session.ts';
import type { TensorFlow } from '../../src/engine/tensorFlow.ts';
import { hashed } from '../fixtures/engine/syntheticNumbers.ts';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTensorFlow();
});

/** The fingerprint of some words as the graph computes it. */
function inGraph(words: Uint32Array, shape: readonly number[], wideSums: boolean): number {
  const graph = new GraphDefinition();
  const tensor = graph.placeholder('tensor', 'float32', shape);
  const result = new FingerprintNodes(graph, { wideSums }).of(tensor, shape);
  const session = new GraphSession(tf, graph);
  const call = session.prepare([{ name: tensor, dtype: 'float32', shape }], [result]);
  const [value] = call(new Float32Array(words.buffer));
  session.dispose();
  return Number(value?.[0]) >>> 0;
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
  ])('are those of the words, whatever the bits, for shape $shape', ({ shape }) => {
    const count = shape.reduce((product, size) => product * size, 1);
    for (const salt of [1, 2]) {
      const words = hashed(count, salt);
      for (const wideSums of [false, true]) expect(inGraph(words, shape, wideSums)).toBe(fingerprint(words));
    }
  });

  it('tell NaNs, infinities and zeros of either sign apart', () => {
    const values = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const prints = values.map((value) =>
      inGraph(new Uint32Array(Float32Array.of(value, 1).buffer), [2], false),
    );
    expect(new Set(prints).size).toBe(values.length);
  });
});
