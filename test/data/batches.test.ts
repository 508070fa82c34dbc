import { describe, expect, it } from 'vitest';
import { splitIntoBatches } from '../../src/data/batches.ts';

describe('splitIntoBatches', () => {
  const order = Int32Array.from({ length: 10 }, (_, index) => 9 - index);

  it.each([
    [1, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]],
    [4, [4, 4, 2]],
    [5, [5, 5]],
    [10, [10]],
    [128, [10]],
  ])('of %i keeps every example and the short last batch', (size, lengths) => {
    const batches = splitIntoBatches(order, size);
    expect(batches.map((batch) => batch.length)).toEqual(lengths);
    expect(batches.flatMap((batch) => [...batch])).toEqual([...order]);
  });

  it('of nothing is none', () => {
    expect(splitIntoBatches(new Int32Array(), 4)).toEqual([]);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses %d', (size) => {
    expect(() => splitIntoBatches(order, size)).toThrow(RangeError);
  });
});
