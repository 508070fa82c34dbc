import type { RandomStream } from './stream.ts';

/**
 * A permutation of 0 to n - 1, each equally likely (Fisher and Yates, in Durstenfeld's order from the end).
 * @returns int32 of shape [n].
 */
export function permutation(stream: RandomStream, n: number): Int32Array {
  const order = new Int32Array(n);
  for (let index = 0; index < n; index++) order[index] = index;
  for (let last = n - 1; last > 0; last--) {
    const chosen = stream.nextInteger(last + 1);
    const moved = order[last] ?? 0;
    order[last] = order[chosen] ?? 0;
    order[chosen] = moved;
  }
  return order;
}
