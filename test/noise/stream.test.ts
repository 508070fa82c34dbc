import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { philoxBlocks } from '../../src/noise/philox.ts';
import { RandomStream } from '../../src/noise/stream.ts';

const draw = (stream: RandomStream, count: number): number[] =>
  Array.from({ length: count }, () => stream.nextUint32());

/** Pearson's chi-square of counts that should be equal. */
function chiSquareOfEqualCounts(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** Bounds that a chi-square of that many degrees of freedom leaves with probability about 1e-6 (Wilson and Hilferty). */
function chiSquareBounds(degrees: number): { low: number; high: number } {
  const spread = 2 / (9 * degrees);
  const quantile = (z: number): number => degrees * (1 - spread + z * Math.sqrt(spread)) ** 3;
  return { low: quantile(-4.9), high: quantile(4.9) };
}

function correlation(left: Float32Array, right: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < left.length; index++) {
    sum += ((left[index] ?? 0) - 0.5) * ((right[index] ?? 0) - 0.5);
  }
  return sum / left.length / (1 / 12);
}

describe('RandomStream', () => {
  it('is Philox keyed with the first 64 bits of SHA-256 of seed/name, counting blocks from 0', () => {
    const digest = createHash('sha256').update('42/order/3').digest();
    const expected = new Uint32Array(200);
    philoxBlocks(new Uint32Array(4), digest.readUInt32LE(0), digest.readUInt32LE(4), expected);
    expect(draw(RandomStream.named(42, 'order/3'), 200)).toEqual([...expected]);
  });

  it('continues from any position as if it had never stopped', () => {
    const whole = draw(RandomStream.named(1, 'a'), 400);
    for (const position of [0, 1, 3, 4, 63, 64, 65, 128, 301]) {
      const stream = RandomStream.named(1, 'a');
      stream.position = position;
      expect(stream.position).toBe(position);
      expect(draw(stream, 70)).toEqual(whole.slice(position, position + 70));
      expect(stream.position).toBe(position + 70);
      stream.position = 0;
      expect(draw(stream, 5)).toEqual(whole.slice(0, 5));
    }
  });

  it('reaches positions whose block needs more than 32 bits', () => {
    const stream = RandomStream.named(1, 'a');
    stream.position = 2 ** 40 + 66;
    const digest = createHash('sha256').update('1/a').digest();
    const expected = new Uint32Array(4);
    const block = (2 ** 40 + 64) / 4;
    const counter = Uint32Array.of(block % 2 ** 32, Math.floor(block / 2 ** 32), 0, 0);
    philoxBlocks(counter, digest.readUInt32LE(0), digest.readUInt32LE(4), expected);
    expect(draw(stream, 2)).toEqual([...expected.subarray(2)]);
  });

  it('draws the same words one at a time and by the array', () => {
    const one = RandomStream.named(9, 'mixed');
    const other = RandomStream.named(9, 'mixed');
    const parts = [3, 61, 1, 200, 64].map((count) => {
      const out = one.fillUniform(new Float32Array(count));
      expect([...out]).toEqual(draw(other, count).map((word) => (word >>> 8) / 2 ** 24));
      return one.position;
    });
    expect(parts).toEqual([3, 64, 65, 265, 329]);
  });

  it('is uniform over 1,000 bins of a million numbers, and within its range', () => {
    const numbers = RandomStream.named(2024, 'uniform').fillUniform(new Float32Array(1_000_000));
    const counts = new Array<number>(1000).fill(0);
    for (const number of numbers) {
      const bin = Math.floor(number * 1000);
      counts[bin] = (counts[bin] ?? Number.NaN) + 1;
    }
    expect(counts).toHaveLength(1000);
    const { low, high } = chiSquareBounds(999);
    expect(chiSquareOfEqualCounts(counts)).toBeGreaterThan(low);
    expect(chiSquareOfEqualCounts(counts)).toBeLessThan(high);
  });

  it('scales to [low, high)', () => {
    const numbers = RandomStream.named(5, 'scaled').fillUniform(new Float32Array(100_000), -0.25, 0.75);
    expect(Math.min(...numbers.subarray(0, 50_000))).toBeGreaterThanOrEqual(-0.25);
    expect(numbers.every((number) => number >= -0.25 && number < 0.75)).toBe(true);
    const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
    expect(Math.abs(mean - 0.25)).toBeLessThan(4.9 * Math.sqrt(1 / 12 / 100_000));
  });

  it.each([
    { what: 'names', left: RandomStream.named(7, 'order/0'), right: RandomStream.named(7, 'order/1') },
    { what: 'seeds', left: RandomStream.named(7, 'order/0'), right: RandomStream.named(8, 'order/0') },
  ])('gives independent numbers for different $what', ({ left, right }) => {
    const n = 200_000;
    const first = left.fillUniform(new Float32Array(n));
    const second = right.fillUniform(new Float32Array(n));
    expect(Math.abs(correlation(first, second))).toBeLessThan(4.9 / Math.sqrt(n));
    const counts = new Array<number>(400).fill(0);
    for (let index = 0; index < n; index++) {
      const cell = Math.floor((first[index] ?? 0) * 20) * 20 + Math.floor((second[index] ?? 0) * 20);
      counts[cell] = (counts[cell] ?? Number.NaN) + 1;
    }
    const { low, high } = chiSquareBounds(399);
    expect(chiSquareOfEqualCounts(counts)).toBeGreaterThan(low);
    expect(chiSquareOfEqualCounts(counts)).toBeLessThan(high);
  });

  it.each([1, 2, 3, 7, 10, 1000])('draws each integer below %i equally often', (bound) => {
    const stream = RandomStream.named(3, `integers/${String(bound)}`);
    const counts = new Array<number>(bound).fill(0);
    for (let index = 0; index < 100_000; index++) {
      const drawn = stream.nextInteger(bound);
      counts[drawn] = (counts[drawn] ?? Number.NaN) + 1;
    }
    expect(counts).toHaveLength(bound);
    expect(chiSquareOfEqualCounts(counts)).toBeLessThanOrEqual(chiSquareBounds(bound).high);
  });

  it('draws integers of a bound that rejects a third of the words without bias', () => {
    const bound = 3 * 2 ** 30;
    const stream = RandomStream.named(3, 'rejecting');
    const thirds = [0, 0, 0];
    for (let index = 0; index < 90_000; index++) {
      const third = Math.floor(stream.nextInteger(bound) / 2 ** 30);
      thirds[third] = (thirds[third] ?? Number.NaN) + 1;
    }
    expect(chiSquareOfEqualCounts(thirds)).toBeLessThan(chiSquareBounds(2).high);
    expect(stream.position).toBeGreaterThan(90_000 * 1.3);
  });

  it('draws normal numbers with the moments of the normal distribution', () => {
    const n = 200_000;
    const stream = RandomStream.named(11, 'normal');
    const moments = [0, 0, 0, 0];
    for (let index = 0; index < n; index++) {
      const number = stream.nextNormal();
      moments.forEach((sum, power) => (moments[power] = sum + number ** (power + 1) / n));
    }
    const [mean = 0, second = 0, third = 0, fourth = 0] = moments;
    expect(Math.abs(mean)).toBeLessThan(4.9 * Math.sqrt(1 / n));
    expect(Math.abs(second - 1)).toBeLessThan(4.9 * Math.sqrt(2 / n));
    expect(Math.abs(third)).toBeLessThan(4.9 * Math.sqrt(15 / n));
    expect(Math.abs(fourth - 3)).toBeLessThan(4.9 * Math.sqrt(96 / n));
  });

  it('refuses seeds, positions and bounds that are not what they must be', () => {
    for (const seed of [-1, 0.5, 2 ** 32, Number.NaN]) {
      expect(() => RandomStream.named(seed, 'a')).toThrow(RangeError);
    }
    const stream = RandomStream.named(1, 'a');
    for (const bound of [0, -3, 1.5, Number.NaN, 2 ** 33]) {
      expect(() => stream.nextInteger(bound)).toThrow(RangeError);
    }
    expect(() => (stream.position = -1)).toThrow(RangeError);
  });
});
