import { describe, expect, it } from 'vitest';
import { permutation } from '../../src/noise/permutation.ts';
import { RandomStream } from '../../src/noise/stream.ts';

describe('permutation', () => {
  it.each([0, 1, 2, 1000])('holds each of %i indices once', (n) => {
    const order = permutation(RandomStream.named(1, 'permutation'), n);
    expect([...order].sort((left, right) => left - right)).toEqual(Array.from({ length: n }, (_, i) => i));
  });

  it('makes each of the 24 orders of four equally often', () => {
    const stream = RandomStream.named(1, 'permutations');
    const counts = new Map<string, number>();
    const n = 48_000;
    for (let index = 0; index < n; index++) {
      const key = permutation(stream, 4).join('');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    const expected = n / 24;
    const chiSquare = [...counts.values()].reduce(
      (sum, count) => sum + (count - expected) ** 2 / expected,
      0,
    );
    // scipy.stats.chi2.ppf(1 - 1e-6, 23) is 70.55.
    expect(chiSquare).toBeLessThan(70.55);
  });
});
