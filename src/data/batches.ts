/**
 * Splits an epoch's order into mini-batches, the short last one kept.
 * @param order int32 of shape [n].
 * @returns views of `order`, `ceil(n / batchSize)` of them.
 * @throws RangeError if the batch size is not a whole number from 1.
 */
export function splitIntoBatches(order: Int32Array, batchSize: number): Int32Array[] {
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new RangeError(`A mini-batch holds a whole number of examples, at least one, not ${batchSize}.`);
  }
  const batches: Int32Array[] = [];
  for (let from = 0; from < order.length; from += batchSize) {
    batches.push(order.subarray(from, from + batchSize));
  }
  return batches;
}
