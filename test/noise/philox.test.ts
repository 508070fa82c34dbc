import { describe, expect, it } from 'vitest';
import { philoxBlocks } from '../../src/noise/philox.ts';

/** The three lines `philox4x32 10` of tests/kat_vectors of Random123 1.14: counter, key, output. */
const knownAnswers = [
  {
    counter: [0, 0, 0, 0],
    key: [0, 0],
    output: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  },
  {
    counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    key: [0xffffffff, 0xffffffff],
    output: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  },
  {
    counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    key: [0xa4093822, 0x299f31d0],
    output: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  },
] as const;

describe('philoxBlocks', () => {
  it.each(knownAnswers)('gives the known answer for counter $counter', ({ counter, key, output }) => {
    const out = new Uint32Array(4);
    philoxBlocks(Uint32Array.from(counter), key[0], key[1], out);
    expect([...out]).toEqual([...output]);
  });

  it('agrees with 64-bit products made of BigInt on 2,000 blocks', () => {
    const out = new Uint32Array(4 * 2000);
    philoxBlocks(Uint32Array.of(7, 0, 9, 0x80000001), 0xdeadbeef, 0x12345678, out);
    for (let block = 0; block < 2000; block++) {
      const expected = philoxByBigInt([7 + block, 0, 9, 0x80000001], [0xdeadbeef, 0x12345678]);
      expect([...out.subarray(4 * block, 4 * block + 4)]).toEqual(expected);
    }
  });

  it.each([
    { from: [0xffffffff, 3, 4, 5], to: [0, 4, 4, 5] },
    { from: [0xffffffff, 0xffffffff, 4, 5], to: [0, 0, 5, 5] },
    { from: [0xffffffff, 0xffffffff, 0xffffffff, 5], to: [0, 0, 0, 6] },
    { from: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], to: [0, 0, 0, 0] },
  ])('carries the counter from $from to $to', ({ from, to }) => {
    const counter = Uint32Array.from(from);
    const out = new Uint32Array(8);
    philoxBlocks(counter, 1, 2, out);
    const second = new Uint32Array(4);
    philoxBlocks(Uint32Array.from(to), 1, 2, second);
    expect([...out.subarray(4)]).toEqual([...second]);
    expect([...counter]).toEqual([1, ...to.slice(1)]);
  });
});

/** The same function from its definition, with exact 64-bit products. */
function philoxByBigInt(counter: number[], key: number[]): number[] {
  let words = counter.map(BigInt);
  let keys = key.map(BigInt);
  for (let round = 0; round < 10; round++) {
    const [word0 = 0n, word1 = 0n, word2 = 0n, word3 = 0n] = words;
    const [key0 = 0n, key1 = 0n] = keys;
    const product0 = word0 * 0xd2511f53n;
    const product1 = word2 * 0xcd9e8d57n;
    words = [
      (product1 >> 32n) ^ word1 ^ key0,
      product1 & 0xffffffffn,
      (product0 >> 32n) ^ word3 ^ key1,
      product0 & 0xffffffffn,
    ];
    keys = [(key0 + 0x9e3779b9n) & 0xffffffffn, (key1 + 0xbb67ae85n) & 0xffffffffn];
  }
  return words.map(Number);
}
