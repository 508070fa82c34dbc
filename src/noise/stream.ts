import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { blockWords, philoxBlocks } from './philox.ts';

/** Words made at a time: enough to spread the cost of a call, few enough not to waste work on a short stream. */
const bufferWords = 16 * blockWords;
const twoTo32 = 2 ** 32;

/**
 * A named stream of random numbers. Streams with different seeds or names are independent, and the n-th number of a
 * stream does not depend on how the ones before it were drawn, so position is all the state there is.
 */
export class RandomStream {
  readonly #key0: number;
  readonly #key1: number;
  readonly #buffer = new Uint32Array(bufferWords);
  readonly #counter = new Uint32Array(blockWords);
  /** Next unread word of the buffer; `bufferWords` when it is spent. */
  #cursor = bufferWords;
  /** Words of the stream up to the end of the buffer. */
  #made = 0;

  private constructor(key0: number, key1: number) {
    this.#key0 = key0;
    this.#key1 = key1;
  }

  /**
   * The stream of that seed and name: Philox4x32-10 keyed with the first 64 bits of SHA-256 of `seed/name`.
   * @param seed unsigned 32-bit integer.
   * @param name for example `epoch/3`.
   * @throws RangeError if the seed is not an unsigned 32-bit integer.
   */
  static named(seed: number, name: string): RandomStream {
    if (!Number.isInteger(seed) || seed < 0 || seed >= twoTo32) {
      throw new RangeError(`A seed is an unsigned 32-bit integer, not ${String(seed)}.`);
    }
    const digest = sha256(utf8ToBytes(`${String(seed)}/${name}`));
    const view = new DataView(digest.buffer, digest.byteOffset, digest.byteLength);
    return new RandomStream(view.getUint32(0, true), view.getUint32(4, true));
  }

  /** How many 32-bit words have been drawn. Setting it moves the stream to that place, forwards or backwards. */
  get position(): number {
    return this.#made - bufferWords + this.#cursor;
  }

  set position(words: number) {
    if (!Number.isSafeInteger(words) || words < 0) {
      throw new RangeError(`The position in a stream is a whole number of words, not ${String(words)}.`);
    }
    const cursor = words % bufferWords;
    this.#made = words - cursor;
    const block = this.#made / blockWords;
    this.#counter[0] = block % twoTo32;
    this.#counter[1] = Math.floor(block / twoTo32);
    this.#counter[2] = 0;
    this.#counter[3] = 0;
    this.#cursor = bufferWords;
    if (cursor > 0) {
      this.#refill();
      this.#cursor = cursor;
    }
  }

  #refill(): void {
    philoxBlocks(this.#counter, this.#key0, this.#key1, this.#buffer);
    this.#made += bufferWords;
    this.#cursor = 0;
  }

  /** An unsigned 32-bit integer; draws one word. */
  nextUint32(): number {
    if (this.#cursor === bufferWords) this.#refill();
    return this.#buffer[this.#cursor++] ?? 0;
  }

  /** A multiple of 2^-53 in [0, 1); draws two words. */
  nextFloat(): number {
    const high = this.nextUint32() >>> 5;
    const low = this.nextUint32() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /**
   * An integer in [0, bound), each equally likely; draws one word, or more when one has to be rejected.
   * @param bound integer from 1 to 2^32.
   * @throws RangeError if it is not.
   */
  nextInteger(bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > twoTo32) {
      throw new RangeError(`The bound of a random integer is from 1 to 2^32, not ${String(bound)}.`);
    }
    const accepted = twoTo32 - (twoTo32 % bound);
    let word = this.nextUint32();
    while (word >= accepted) word = this.nextUint32();
    return word % bound;
  }

  /** A standard normal number by the method of Box and Muller (1958); draws four words. */
  nextNormal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.nextFloat()));
    return radius * Math.cos(2 * Math.PI * this.nextFloat());
  }

  /**
   * Fills `out` with multiples of 2^-24 in [0, 1), scaled to [low, high) and rounded to float32; draws one word each.
   * @returns `out`.
   */
  fillUniform(out: Float32Array, low = 0, high = 1): Float32Array {
    const scale = (high - low) / 2 ** 24;
    const buffer = this.#buffer;
    let at = 0;
    while (at < out.length) {
      if (this.#cursor === bufferWords) this.#refill();
      const end = Math.min(out.length, at + bufferWords - this.#cursor);
      let cursor = this.#cursor;
      for (; at < end; at++) out[at] = low + ((buffer[cursor++] ?? 0) >>> 8) * scale;
      this.#cursor = cursor;
    }
    return out;
  }
}
