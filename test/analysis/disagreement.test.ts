import { describe, expect, test } from 'vitest';
import { pairIndex, partialDisagreements, sumDisagreements } from '../../src/analysis/disagreement.ts';
import { plainDisagreements } from '../../src/analysis/kernels/plainDisagreement.ts';
import { simdDisagreements } from '../../src/analysis/kernels/simdDisagreement.ts';
import type { Predictions } from '../../src/analysis/predictions.ts';
import { RandomStream } from '../../src/noise/stream.ts';

/** Random predictions that agree with a common answer about two times in three. */
function randomPredictions(replicates: number, examples: number, classes: number): Predictions {
  const stream = RandomStream.named(7, `disagreement/${replicates}/${examples}/${classes}`);
  const common = Array.from({ length: examples }, () => stream.nextInteger(classes));
  const data = new (classes > 256 ? Uint16Array : Uint8Array)(replicates * examples);
  for (let index = 0; index < data.length; index++) {
    data[index] = stream.nextInteger(3) === 0 ? stream.nextInteger(classes) : (common[index % examples] ?? 0);
  }
  return { replicates, examples, data };
}

/** The definition, one example of one pair at a time. */
function naiveDisagreements({ replicates, examples, data }: Predictions, from: number, to: number): number[] {
  const counts: number[] = [];
  for (let first = 0; first < replicates; first++) {
    for (let second = first + 1; second < replicates; second++) {
      let count = 0;
      for (let example = from; example < to; example++) {
        if (data[first * examples + example] !== data[second * examples + example]) count++;
      }
      counts.push(count);
    }
  }
  return counts;
}

const sizes: [replicates: number, examples: number, classes: number][] = [
  [2, 1, 2],
  [2, 127, 2],
  [3, 128, 10],
  [3, 129, 3],
  [5, 511, 4],
  [7, 512, 5],
  [8, 513, 8],
  [9, 2_000, 9],
  [17, 1_000, 10],
  [33, 777, 16],
  [4, 5_000, 17],
  [6, 3_001, 100],
  [11, 1_025, 256],
  [5, 1_300, 257],
  [10, 2_049, 1_000],
  [4, 20_000, 21_841],
  [3, 40_000, 65_536],
  [2, 70_000, 10],
];

describe.each(sizes)('%i replicates, %i examples, %i classes', (replicates, examples, classes) => {
  const predictions = randomPredictions(replicates, examples, classes);
  const expected = naiveDisagreements(predictions, 0, examples);

  test('WebAssembly counts what the definition counts', () => {
    expect([...(simdDisagreements(predictions, 0, examples) ?? [])]).toEqual(expected);
  });

  test('plain JavaScript counts the same', () => {
    expect([...plainDisagreements(predictions, 0, examples)]).toEqual(expected);
  });

  test('slices of the examples add up, wherever they are cut', () => {
    const cut = Math.floor(examples * 0.37);
    const parts = [partialDisagreements(predictions, 0, cut), partialDisagreements(predictions, cut)];
    expect([...(parts[0] ?? [])]).toEqual(naiveDisagreements(predictions, 0, cut));
    expect([...sumDisagreements(parts)]).toEqual(expected);
  });
});

test('more examples than one slice of the kernel holds', () => {
  const examples = 300_001;
  const data = new Uint8Array(2 * examples);
  for (let example = 0; example < examples; example += 3) data[example] = 9;
  expect([...partialDisagreements({ replicates: 2, examples, data })]).toEqual([Math.ceil(examples / 3)]);
});

test('every class index of two bytes differs from its neighbour and from itself with one bit flipped', () => {
  const data = new Uint16Array(3 * 65_536);
  for (let index = 0; index < 65_536; index++) {
    data[index] = index;
    data[65_536 + index] = (index + 1) % 65_536;
    data[2 * 65_536 + index] = index ^ (1 << (index % 16));
  }
  const counts = partialDisagreements({ replicates: 3, examples: 65_536, data });
  expect(counts[0]).toBe(65_536);
  expect(counts[1]).toBe(65_536);
});

test('one replicate, no examples and one class give no disagreement', () => {
  expect([...partialDisagreements({ replicates: 1, examples: 5, data: new Uint8Array(5) })]).toEqual([]);
  expect([...partialDisagreements({ replicates: 3, examples: 0, data: new Uint8Array(0) })]).toEqual([
    0, 0, 0,
  ]);
  expect([...partialDisagreements({ replicates: 3, examples: 9, data: new Uint8Array(27) })]).toEqual([
    0, 0, 0,
  ]);
});

test('pairs are ordered as the rows of an upper triangle', () => {
  const replicates = 9;
  let expected = 0;
  for (let first = 0; first < replicates; first++) {
    for (let second = first + 1; second < replicates; second++) {
      expect(pairIndex(replicates, first, second)).toBe(expected);
      expect(pairIndex(replicates, second, first)).toBe(expected);
      expected++;
    }
  }
});

test('too many replicates for a matrix are refused', () => {
  const predictions = { replicates: 30_001, examples: 1, data: new Uint8Array(30_001) };
  expect(() => partialDisagreements(predictions)).toThrow(/at most 30000 replicates/);
});
