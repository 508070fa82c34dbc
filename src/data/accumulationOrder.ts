import type { StepNoise } from '../engine/trainingInterface.ts';
import { permutation } from '../noise/permutation.ts';
import { RandomStream } from '../noise/stream.ts';

/** A mini-batch: which examples, and the random numbers of each. */
export interface Batch {
  /** int32 of shape [n]. */
  readonly indices: Int32Array;
  readonly noise: StepNoise;
}

/**
 * The order in which a step takes the examples of its mini-batch under accumulation-order noise.
 * @param seed the replicate's `accumulationOrder` seed.
 * @returns int32 of shape [n]: which example of the batch comes first, second and so on.
 */
export function accumulationOrder(seed: number, epoch: number, step: number, n: number): Int32Array {
  return permutation(RandomStream.named(seed, `batch/${epoch}/${step}`), n);
}

/**
 * The same mini-batch with its examples in another order, each with its own augmentation and dropout draws: the gradient
 * is the same in exact arithmetic, and only the order in which floating-point sums are accumulated changes.
 * @param order int32 of shape [n], each position once.
 */
export function permuteBatch(batch: Batch, order: Int32Array): Batch {
  const { flip, crop, dropout, window } = batch.noise;
  return {
    indices: rows(batch.indices, order),
    noise: {
      ...(window !== undefined && { window: rows(window, order) }),
      ...(flip !== undefined && { flip: rows(flip, order) }),
      ...(crop !== undefined && { crop: rows(crop, order) }),
      ...(dropout !== undefined && { dropout: dropout.map((layer) => rows(layer, order)) }),
    },
  };
}

/** The rows of an array of shape [n, ...] in another order. */
function rows<Numbers extends Float32Array | Int32Array>(values: Numbers, order: Int32Array): Numbers {
  const width = order.length === 0 ? 0 : values.length / order.length;
  const permuted = values.slice() as Numbers;
  order.forEach((from, to) => {
    permuted.set(values.subarray(from * width, (from + 1) * width), to * width);
  });
  return permuted;
}
