/**
 * Philox4x32-10 of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011):
 * a bijection of 128-bit counters under a 64-bit key, so that any block of a stream can be made without
 * those before it.
 */

/** 32-bit words in a block. */
export const blockWords = 4;

const rounds = 10;
const multiplier0 = 0xd2511f53;
const multiplier1 = 0xcd9e8d57;
/** Weyl constants added to the key after each round: the golden ratio and the square root of 3 minus 1. */
const weyl0 = 0x9e3779b9;
const weyl1 = 0xbb67ae85;

/** Upper 32 bits of the 64-bit product of two unsigned 32-bit integers, from four 16-bit products. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const low = Math.imul(aLow, bLow);
  const middle = (Math.imul(aHigh, bLow) + (low >>> 16)) | 0;
  const carry = (Math.imul(aLow, bHigh) + (middle & 0xffff)) | 0;
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (carry >>> 16)) | 0;
}

/**
 * Fills `out` with the blocks of consecutive counters.
 * @param counter four words, least significant first; left at the counter after the last block made.
 * @param key0 least significant word of the key.
 * @param key1 most significant word of the key.
 * @param out its length is a multiple of {@link blockWords}.
 */
export function philoxBlocks(counter: Uint32Array, key0: number, key1: number, out: Uint32Array): void {
  let [counter0 = 0, counter1 = 0, counter2 = 0, counter3 = 0] = counter;
  for (let at = 0; at < out.length; at += blockWords) {
    let word0 = counter0 | 0;
    let word1 = counter1 | 0;
    let word2 = counter2 | 0;
    let word3 = counter3 | 0;
    let roundKey0 = key0 | 0;
    let roundKey1 = key1 | 0;
    for (let round = 0; round < rounds; round++) {
      const high0 = multiplyHigh(word0, multiplier0);
      const low0 = Math.imul(word0, multiplier0);
      const high1 = multiplyHigh(word2, multiplier1);
      const low1 = Math.imul(word2, multiplier1);
      word0 = high1 ^ word1 ^ roundKey0;
      word1 = low1;
      word2 = high0 ^ word3 ^ roundKey1;
      word3 = low0;
      roundKey0 = (roundKey0 + weyl0) | 0;
      roundKey1 = (roundKey1 + weyl1) | 0;
    }
    out[at] = word0;
    out[at + 1] = word1;
    out[at + 2] = word2;
    out[at + 3] = word3;
    counter0 = (counter0 + 1) >>> 0;
    if (counter0 === 0) {
      counter1 = (counter1 + 1) >>> 0;
      if (counter1 === 0) {
        counter2 = (counter2 + 1) >>> 0;
        if (counter2 === 0) counter3 = (counter3 + 1) >>> 0;
      }
    }
  }
  counter[0] = counter0;
  counter[1] = counter1;
  counter[2] = counter2;
  counter[3] = counter3;
}
