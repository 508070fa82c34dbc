import { permutation } from '../noise/permutation.ts';
import { RandomStream } from '../noise/stream.ts';
import type { Shuffle } from '../study/task.ts';

/**
 * The order in which one epoch sees the training examples. It depends on the seed and the epoch alone, so a resumed
 * replicate needs no state.
 * @param n number of training examples.
 * @param epoch from 0.
 * @returns int32 of shape [n], each index once.
 */
export function epochOrder(shuffle: Shuffle, n: number, orderSeed: number, epoch: number): Int32Array {
  const stream = RandomStream.named(orderSeed, `order/${epoch}`);
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
