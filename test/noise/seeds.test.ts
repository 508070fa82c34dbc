import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { deriveSeed } from '../../src/noise/seeds.ts';

describe('deriveSeed', () => {
  it('is the first 32 bits of SHA-256 of the JSON path', () => {
    const expected = createHash('sha256').update('[7,"order",3]').digest().readUInt32LE(0);
    expect(deriveSeed(7, 'order', 3)).toBe(expected);
  });

  it('gives different seeds for paths that only look alike', () => {
    const seeds = [
      deriveSeed(0, 'order', 1),
      deriveSeed(0, 'order', '1'),
      deriveSeed(0, 'order/1'),
      deriveSeed(0, 'order', 11),
      deriveSeed(0, 'order', 1, 1),
      deriveSeed(1, 'order', 1),
      deriveSeed(0, 'order'),
    ];
    expect(new Set(seeds).size).toBe(seeds.length);
  });
});
