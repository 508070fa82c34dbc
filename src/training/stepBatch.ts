import { crc32 } from 'node:zlib';
import { accumulationOrder, permuteBatch, type Batch } from '../data/accumulationOrder.ts';
import { drawStepNoise } from '../data/stepNoise.ts';
import type { NoiseShapes } from '../engine/trainingInterface.ts';
import type { WorkOrder } from '../study/replicate.ts';

/**
 * What one step is fed: its examples in their order, and the random numbers of each.
 * @param indices int32 of shape [n], training examples.
 * @param step within the epoch, from 0.
 */
export function drawBatch(
  order: Pick<WorkOrder, 'seeds'>,
  shapes: NoiseShapes,
  indices: Int32Array,
  epoch: number,
  step: number,
): Batch {
  const { seeds } = order;
  const batch = { indices, noise: drawStepNoise(shapes, seeds, epoch, step, indices.length) };
  return seeds.accumulationOrder === null
    ? batch
    : permuteBatch(batch, accumulationOrder(seeds.accumulationOrder, epoch, step, indices.length));
}

/** CRC-32 of everything a step was fed, in order: equal for equal batches. */
export function batchHash({ indices, noise }: Batch): number {
  const fed = [indices, noise.flip, noise.crop, ...(noise.dropout ?? [])];
  return fed.reduce(
    (hash, numbers) =>
      numbers === undefined
        ? hash
        : crc32(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength), hash),
    0,
  );
}
