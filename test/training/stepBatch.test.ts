import { describe, expect, it } from 'vitest';
import { batchHash, drawBatch } from '../../src/training/stepBatch.ts';

const seeds = { initialisation: 1, order: 2, augmentation: 3, dropout: 4, accumulationOrder: null };
const task = { recipe: { batchSize: 5 } };
const shapes = { flip: true, crop: 2, dropout: [[3]] };
const indices = Int32Array.of(40, 10, 30, 20, 50);

/** One text an example: which it is, and every number drawn for it. */
function examplesOf({ indices: examples, noise }: ReturnType<typeof drawBatch>): string[] {
  return Array.from(examples, (example, position) => {
    const flip = noise.flip?.[position];
    const crop = noise.crop?.subarray(2 * position, 2 * position + 2);
    const dropout = noise.dropout?.[0]?.subarray(3 * position, 3 * position + 3);
    return [example, flip, crop, dropout].join(' ');
  });
}

describe('accumulation order', () => {
  const plain = drawBatch({ task, seeds }, shapes, indices, 1, 2);
  const orders = [11, 12].map((accumulationOrder) =>
    drawBatch({ task, seeds: { ...seeds, accumulationOrder } }, shapes, indices, 1, 2),
  );

  it('permutes the examples of a batch, and what is drawn for each travels with it', () => {
    for (const order of orders) {
      expect(examplesOf(order)).not.toEqual(examplesOf(plain));
      expect(examplesOf(order).sort()).toEqual(examplesOf(plain).sort());
    }
    expect(examplesOf(orders[0]!)).not.toEqual(examplesOf(orders[1]!));
  });

  it('is the same again for the same seed, epoch and step, and another in another step', () => {
    const draw = (step: number) =>
      drawBatch(
        { task, seeds: { ...seeds, accumulationOrder: 11 } },
        { ...shapes, flip: false },
        indices,
        1,
        step,
      );
    expect(draw(2)).toEqual(draw(2));
    expect(draw(2).indices).not.toEqual(draw(3).indices);
  });
});

describe('the hash of a batch', () => {
  it('is the CRC-32 of all it was fed, bytes in order', () => {
    // zlib.crc32 in Python over the little-endian int32 values 1, 2, 3.
    const batch = { indices: Int32Array.of(1, 2, 3), noise: {} };
    expect(batchHash(batch)).toBe(0xb0e0_2293);
  });

  it('changes with every number that was drawn, and with the order', () => {
    const batch = drawBatch({ task, seeds }, shapes, indices, 0, 0);
    const changed = [
      { ...batch, indices: batch.indices.toReversed() },
      { ...batch, noise: { ...batch.noise, flip: batch.noise.flip!.toReversed() } },
      { ...batch, noise: { ...batch.noise, crop: batch.noise.crop!.map((offset) => offset + 1) } },
      {
        ...batch,
        noise: { ...batch.noise, dropout: batch.noise.dropout!.map((layer) => layer.toReversed()) },
      },
    ];
    const hashes = [batch, ...changed].map(batchHash);
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});
