import { crc32 } from 'node:zlib';
import { accumulationOrder, permuteBatch, type Batch } from '../data/accumulationOrder.ts';
import { drawStepNoise } from '../data/stepNoise.ts';
import type { NoiseShapes } from '../engine/trainingInterface.ts';
import type { WorkOrder } from '../study/replicate.ts';
import type { Recipe } from '../study/task.ts';

/** What of a recipe says how a batch is divided. */
type BatchRecipe = Pick<Recipe, 'batchSize' | 'gradientAccumulation'>;

/**
 * What one step is fed: its examples in their order, and the random numbers of each.
 * @param indices int32 of shape [n], training examples.
 * @param step within the epoch, from 0.
 */
export function drawBatch(
  order: Pick<WorkOrder, 'seeds'> & { readonly task: { readonly recipe: BatchRecipe } },
  shapes: NoiseShapes,
  indices: Int32Array,
  epoch: number,
  step: number,
): Batch {
  const { seeds, task } = order;
  const batch = { indices, noise: drawStepNoise(shapes, seeds, epoch, step, indices.length) };
  if (seeds.accumulationOrder === null) return batch;
  const whole = accumulationOrder(seeds.accumulationOrder, epoch, step, indices.length);
  return permuteBatch(batch, withinMicroBatches(whole, task.recipe));
}

/** The order in which each example stays in its micro-batch: batch normalisation would see others otherwise. */
function withinMicroBatches(order: Int32Array, { batchSize, gradientAccumulation }: BatchRecipe): Int32Array {
  if (gradientAccumulation === undefined) return order;
  const size = batchSize / gradientAccumulation;
  const microBatch = (position: number): number => Math.floor(position / size);
  // Sorting keeps the order of what is equal.
  return order.toSorted((left, right) => microBatch(left) - microBatch(right));
}

/** CRC-32 of everything a step was fed, in order: equal for equal batches. */
export function batchHash({ indices, noise }: Batch): number {
  const fed = [indices, noise.flip, noise.crop, noise.window, ...(noise.dropout ?? [])];
  return fed.reduce(
    (hash, numbers) =>
      numbers === undefined
        ? hash
        : crc32(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength), hash),
    0,
  );
}
