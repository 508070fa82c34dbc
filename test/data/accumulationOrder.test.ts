import { describe, expect, it } from 'vitest';
import { accumulationOrder, permuteBatch } from '../../src/data/accumulationOrder.ts';
import { drawStepNoise } from '../../src/data/stepNoise.ts';

const batch = {
  indices: Int32Array.of(70, 71, 72),
  noise: {
    flip: Float32Array.of(0.1, 0.2, 0.3),
    crop: Int32Array.of(0, 1, 2, 3, 4, 5),
    dropout: [Float32Array.of(1, 1, 2, 2, 3, 3), Float32Array.of(7, 8, 9)],
  },
};

describe('permuteBatch', () => {
  it('moves examples with their draws', () => {
    expect(permuteBatch(batch, Int32Array.of(2, 0, 1))).toEqual({
      indices: Int32Array.of(72, 70, 71),
      noise: {
        flip: Float32Array.of(0.3, 0.1, 0.2),
        crop: Int32Array.of(4, 5, 0, 1, 2, 3),
        dropout: [Float32Array.of(3, 3, 1, 1, 2, 2), Float32Array.of(9, 7, 8)],
      },
    });
  });

  it('leaves the batch it was given alone, and draws that are not there away', () => {
    const before = structuredClone(batch);
    permuteBatch(batch, Int32Array.of(2, 0, 1));
    expect(batch).toEqual(before);
    expect(permuteBatch({ indices: Int32Array.of(5, 6), noise: {} }, Int32Array.of(1, 0))).toEqual({
      indices: Int32Array.of(6, 5),
      noise: {},
    });
  });

  it('keeps every example of a real step together with its row of every draw', () => {
    const n = 128;
    const noise = drawStepNoise(
      { flip: true, crop: 4, dropout: [[32]] },
      { augmentation: 1, dropout: 2 },
      0,
      0,
      n,
    );
    const indices = Int32Array.from({ length: n }, (_, index) => 1000 + index);
    const order = accumulationOrder(5, 0, 0, n);
    const permuted = permuteBatch({ indices, noise }, order);
    permuted.indices.forEach((example, place) => {
      const from = example - 1000;
      expect(permuted.noise.flip?.[place]).toBe(noise.flip?.[from]);
      expect(permuted.noise.crop?.subarray(2 * place, 2 * place + 2)).toEqual(
        noise.crop?.subarray(2 * from, 2 * from + 2),
      );
      const rowOf = (layer: Float32Array | undefined, row: number) =>
        layer?.subarray(32 * row, 32 * row + 32);
      expect(rowOf(permuted.noise.dropout?.[0], place)).toEqual(rowOf(noise.dropout?.[0], from));
    });
    expect(permuted.indices.slice().sort()).toEqual(indices);
  });
});

describe('accumulationOrder', () => {
  it('is another permutation for every seed, epoch and step', () => {
    const orders = [
      accumulationOrder(1, 0, 0, 50),
      accumulationOrder(1, 0, 1, 50),
      accumulationOrder(1, 1, 0, 50),
      accumulationOrder(2, 0, 0, 50),
    ];
    expect(new Set(orders.map((order) => order.join())).size).toBe(4);
    for (const order of orders) {
      expect(order.slice().sort()).toEqual(Int32Array.from({ length: 50 }, (_, index) => index));
    }
    expect(accumulationOrder(1, 0, 1, 50)).toEqual(orders[1]);
  });
});
