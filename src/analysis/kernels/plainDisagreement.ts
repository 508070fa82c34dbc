import type { Predictions } from '../predictions.ts';

/** Number of bits set in each of the 4 bytes' sum (Warren, Hacker's Delight, 2nd edition, figure 5-2). */
function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x5555_5555);
  bits = (bits & 0x3333_3333) + ((bits >>> 2) & 0x3333_3333);
  bits = (bits + (bits >>> 4)) & 0x0f0f_0f0f;
  return Math.imul(bits, 0x0101_0101) >>> 24;
}

/** Bit planes of the class indices, 32 examples a word, laid out [replicate][word][plane]. */
function packPlanes(predictions: Predictions, from: number, to: number, planes: number): Int32Array {
  const { replicates, examples, data } = predictions;
  const words = Math.ceil((to - from) / 32);
  const packed = new Int32Array(replicates * words * planes);
  for (let replicate = 0; replicate < replicates; replicate++) {
    for (let example = from; example < to; example++) {
      const index = data[replicate * examples + example] ?? 0;
      const bit = example - from;
      const word = (replicate * words + (bit >>> 5)) * planes;
      for (let plane = 0; plane < planes; plane++) {
        packed[word + plane] = (packed[word + plane] ?? 0) | (((index >>> plane) & 1) << (bit & 31));
      }
    }
  }
  return packed;
}

/**
 * Disagreements of every pair of replicates over the examples `from` to `to`, in plain JavaScript: the same bit
 * planes as the WebAssembly kernel, for hosts without SIMD.
 * @returns the counts, condensed as {@link partialDisagreements} has them.
 */
export function plainDisagreements(predictions: Predictions, from: number, to: number): Uint32Array {
  const { replicates, examples, data } = predictions;
  let used = 0;
  for (let replicate = 0; replicate < replicates; replicate++) {
    for (let example = from; example < to; example++) used |= data[replicate * examples + example] ?? 0;
  }
  const planes = 32 - Math.clz32(used);
  const packed = packPlanes(predictions, from, to, planes);
  const rowWords = Math.ceil((to - from) / 32) * planes;
  const counts = new Uint32Array((replicates * (replicates - 1)) / 2);
  let pair = 0;
  for (let first = 0; first < replicates; first++) {
    for (let second = first + 1; second < replicates; second++) {
      let count = 0;
      for (let word = 0; word < rowWords; word += planes) {
        let different = 0;
        for (let plane = 0; plane < planes; plane++) {
          const position = word + plane;
          different |=
            (packed[first * rowWords + position] ?? 0) ^ (packed[second * rowWords + position] ?? 0);
        }
        count += bitCount(different);
      }
      counts[pair++] = count;
    }
  }
  return counts;
}
