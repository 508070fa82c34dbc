import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../src/engine/fingerprint.ts';
import { hashed } from '../fixtures/engine/syntheticNumbers.ts';

/** Words with each of some bits (word * 32 + bit) flipped. */
function flipped(words: Uint32Array, ...places: number[]): Uint32Array {
  const copy = words.slice();
  for (const place of places) copy[place >>> 5] = (copy[place >>> 5] ?? 0) ^ (1 << (place & 31));
  return copy;
}

describe('fingerprint', () => {
  it('is the sum of b xor (b >>> 16) times 1, 3, 5, ... modulo 2^32', () => {
    // By hand: 1.0 is 0x3f800000, mixed 0x3f803f80; -1.0 is 0xbf800000, mixed 0xbf80bf80.
    const words = new Uint32Array(Float32Array.of(1, -1).buffer);
    expect(fingerprint(words)).toBe((0x3f80_3f80 + 3 * 0xbf80_bf80) % 2 ** 32);
    expect(fingerprint(new Uint32Array())).toBe(0);
  });

  it('changes when any one bit is flipped, in any place of a long tensor', () => {
    const words = hashed(3 * 16_384 + 77, 1);
    const before = fingerprint(words);
    for (let word = 0; word < words.length; word += 1499) {
      for (let bit = 0; bit < 32; bit += 1)
        expect(fingerprint(flipped(words, word * 32 + bit))).not.toBe(before);
    }
  });

  it('changes when any two bits are flipped: every pair of a small tensor', () => {
    const words = hashed(6, 3);
    const before = fingerprint(words);
    for (let first = 0; first < 6 * 32; first += 1) {
      for (let second = 0; second < first; second += 1) {
        expect(fingerprint(flipped(words, first, second))).not.toBe(before);
      }
    }
  });

  it('changes when any two signs are flipped', () => {
    const words = new Uint32Array(Float32Array.from({ length: 64 }, (_, k) => Math.sin(k + 1)).buffer);
    const before = fingerprint(words);
    for (let first = 0; first < 64; first += 1) {
      for (let second = 0; second < first; second += 1) {
        expect(fingerprint(flipped(words, first * 32 + 31, second * 32 + 31))).not.toBe(before);
      }
    }
  });

  it('cannot lose two flipped bits of one row, whatever its values', () => {
    // What one flipped bit adds is ±2^v u w: v at most 15, w the odd weight, u odd: 1, or 2^16 ± 1 for the upper half.
    // Two cancel only with the same v, and then u w = ± u' w' modulo 2^(32 - v). The loosest is v = 15, modulo 2^17,
    // where u is 1 or 1 + 2^16 up to sign: all of u w, -u w must differ between any two weights.
    const seen = new Map<number, number>();
    for (let position = 0; position < 16_384; position += 1) {
      const weight = 2 * position + 1;
      for (const unit of [1, -1, 1 + 2 ** 16, -1 - 2 ** 16]) {
        const residue = (((unit * weight) % 2 ** 17) + 2 ** 17) % 2 ** 17;
        expect(seen.get(residue) ?? weight).toBe(weight);
        seen.set(residue, weight);
      }
    }
  });

  it('changes when two signs in different rows are flipped', () => {
    const words = hashed(4 * 16_384, 9);
    const before = fingerprint(words);
    for (let place = 0; place < 16_384; place += 97) {
      const signs = [place, place + 16_384, place + 2 * 16_384].map((word) => word * 32 + 31);
      expect(fingerprint(flipped(words, signs[0] ?? 0, signs[1] ?? 0))).not.toBe(before);
      expect(fingerprint(flipped(words, signs[0] ?? 0, signs[2] ?? 0))).not.toBe(before);
    }
  });
});
