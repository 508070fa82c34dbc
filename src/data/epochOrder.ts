import { permutation } from '../noise/permutation.ts';
import { RandomStream } from '../noise/stream.ts';
import type { Recipe, Shuffle } from '../study/task.ts';
import { splitIntoBatches } from './batches.ts';

/** The part of a recipe that says which examples a step sees. */
type OrderRecipe = Pick<Recipe, 'shuffle' | 'lastBatch' | 'batchSize'>;

/** The mini-batches of an epoch, in the order they are seen: {@link epochExamples}, the short last one kept. */
export function epochBatches(recipe: OrderRecipe, n: number, orderSeed: number, epoch: number): Int32Array[] {
  return splitIntoBatches(epochExamples(recipe, n, orderSeed, epoch), recipe.batchSize);
}

/**
 * The training examples of an epoch, in the order they are seen: all of them once, or, where batches straddle epochs,
 * the epoch's part of an endless stream of passes, `ceil(n / batchSize)` whole mini-batches of it. It depends on the
 * seed and the epoch alone, so a resumed replicate needs no state.
 * @param n number of training examples.
 * @param epoch from 0.
 * @returns int32 of shape [n], or [ceil(n / batchSize) * batchSize].
 */
export function epochExamples(
  { shuffle, lastBatch, batchSize }: OrderRecipe,
  n: number,
  orderSeed: number,
  epoch: number,
): Int32Array {
  if (lastBatch !== 'straddle') return epochOrder(shuffle, n, orderSeed, epoch);
  const seen = new Int32Array(Math.ceil(n / batchSize) * batchSize);
  let place = epoch * seen.length;
  for (let done = 0; done < seen.length;) {
    const pass = epochOrder(shuffle, n, orderSeed, Math.floor(place / n));
    const part = pass.subarray(place % n, (place % n) + seen.length - done);
    seen.set(part, done);
    done += part.length;
    place += part.length;
  }
  return seen;
}

/**
 * The order in which one pass sees the training examples. It depends on the seed and the pass alone.
 * @param n number of training examples.
 * @param pass through the data, from 0; the epoch, where batches do not straddle epochs.
 * @returns int32 of shape [n], each index once.
 */
export function epochOrder(shuffle: Shuffle, n: number, orderSeed: number, pass: number): Int32Array {
  const stream = RandomStream.named(orderSeed, `order/${pass}`);
  switch (shuffle.kind) {
    case 'full':
      return permutation(stream, n);
    case 'bounded':
      return boundedShuffle(stream, n, Math.min(shuffle.buffer, n));
    case 'none':
      return Int32Array.from({ length: n }, (_, index) => index);
  }
}

/**
 * `Dataset.shuffle(buffer)` of tf.data, step by step: the buffer is filled from the input, one of its examples is drawn
 * with equal chances, the oldest takes the place of the drawn one, and the next of the input is added at the end. Once the
 * input is used up the buffer empties. A buffer of n or more is a full permutation.
 */
function boundedShuffle(stream: RandomStream, n: number, buffer: number): Int32Array {
  const order = new Int32Array(n);
  const ring = new Int32Array(buffer);
  let taken = 0;
  let held = 0;
  for (let start = 0; start < n; start++) {
    while (held < buffer && taken < n) {
      ring[(start + held) % buffer] = taken++;
      held++;
    }
    const drawn = (start + stream.nextInteger(held)) % buffer;
    order[start] = ring[drawn] ?? 0;
    ring[drawn] = ring[start % buffer] ?? 0;
    held--;
  }
  return order;
}
