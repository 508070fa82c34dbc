import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { epochExamples, epochOrder } from '../../src/data/epochOrder.ts';
import { permutation } from '../../src/noise/permutation.ts';
import { RandomStream } from '../../src/noise/stream.ts';

interface ShuffleCounts {
  n: number;
  buffer: number;
  rounds: number;
  countOfElementAtPlace: number[][];
}

// Made by test/fixtures/data/shuffleOfTfData.py with tf.data of TensorFlow 2.21.
const { cases } = JSON.parse(
  readFileSync(new URL('../fixtures/data/shuffleOfTfData.json', import.meta.url), 'utf8'),
) as { cases: ShuffleCounts[] };

const sorted = (order: Int32Array): Int32Array => order.slice().sort();

describe('epochOrder', () => {
  it.each([
    { kind: 'full' },
    { kind: 'none' },
    { kind: 'bounded', buffer: 1 },
    { kind: 'bounded', buffer: 7 },
    { kind: 'bounded', buffer: 1000 },
    { kind: 'bounded', buffer: 10_000_000 },
  ] as const)('sees every example once: $kind $buffer', (shuffle) => {
    for (const n of [0, 1, 2, 1000]) {
      expect(sorted(epochOrder(shuffle, n, 3, 0))).toEqual(
        Int32Array.from({ length: n }, (_, index) => index),
      );
    }
  });

  it('is the file order without shuffling and with a buffer of one', () => {
    const inOrder = Int32Array.from({ length: 50 }, (_, index) => index);
    expect(epochOrder({ kind: 'none' }, 50, 3, 4)).toEqual(inOrder);
    expect(epochOrder({ kind: 'bounded', buffer: 1 }, 50, 3, 4)).toEqual(inOrder);
  });

  it('is a permutation from the stream of the seed and the epoch', () => {
    const expected = permutation(RandomStream.named(3, 'order/7'), 100);
    expect(epochOrder({ kind: 'full' }, 100, 3, 7)).toEqual(expected);
  });

  it.each([{ kind: 'full' }, { kind: 'bounded', buffer: 64 }] as const)(
    'differs from epoch to epoch and seed to seed, and repeats itself: $kind',
    (shuffle) => {
      const orders = [
        epochOrder(shuffle, 500, 1, 0),
        epochOrder(shuffle, 500, 1, 1),
        epochOrder(shuffle, 500, 2, 0),
      ];
      expect(new Set(orders.map((order) => order.join())).size).toBe(3);
      expect(epochOrder(shuffle, 500, 1, 1)).toEqual(orders[1]);
    },
  );

  it('takes nothing from beyond the buffer', () => {
    const buffer = 32;
    epochOrder({ kind: 'bounded', buffer }, 2000, 5, 0).forEach((example, place) => {
      expect(example).toBeLessThan(place + buffer);
    });
  });

  it.each(cases)('puts elements where tf.data does: $n with a buffer of $buffer', (counts) => {
    const { n, buffer, rounds, countOfElementAtPlace } = counts;
    const ours = Array.from({ length: n }, () => new Array<number>(n).fill(0));
    for (let epoch = 0; epoch < rounds; epoch++) {
      epochOrder({ kind: 'bounded', buffer }, n, 11, epoch).forEach((element, place) => {
        const row = ours[place] ?? [];
        row[element] = (row[element] ?? Number.NaN) + 1;
      });
    }
    // Each count is binomial, so the difference of two is within five standard errors of 0 but for one in two million.
    ours.forEach((row, place) => {
      row.forEach((count, element) => {
        const theirs = countOfElementAtPlace[place]?.[element] ?? Number.NaN;
        const share = (count + theirs) / (2 * rounds);
        const standardError = Math.sqrt(2 * rounds * share * (1 - share));
        expect(Math.abs(count - theirs)).toBeLessThanOrEqual(5 * standardError);
      });
    });
  });
});

describe('epochExamples', () => {
  const recipe = (lastBatch: 'short' | 'straddle') =>
    ({ shuffle: { kind: 'full' }, lastBatch, batchSize: 4 }) as const;
  const seen = (epoch: number): number[] => [...epochExamples(recipe('straddle'), 10, 7, epoch)];
  const pass = (number: number): number[] => [...epochOrder({ kind: 'full' }, 10, 7, number)];

  it('is one pass where the last batch is short', () => {
    expect([...epochExamples(recipe('short'), 10, 7, 3)]).toEqual(pass(3));
  });

  it('is whole batches of an endless stream of passes where they straddle', () => {
    const stream = [0, 1, 2, 3, 4, 5].flatMap(pass);
    expect(seen(0)).toHaveLength(12);
    expect([0, 1, 2, 3].flatMap(seen)).toEqual(stream.slice(0, 48));
  });

  it('straddles more than one pass where a batch is larger than the data', () => {
    const one = epochExamples({ ...recipe('straddle'), batchSize: 25 }, 10, 7, 1);
    expect([...one]).toEqual([2, 3, 4].flatMap(pass).slice(5, 30));
  });
});
