import { describe, expect, it } from 'vitest';
import { churn, flipRates } from '../../src/analysis/churn.ts';
import { predictionsFromRows } from '../../src/analysis/predictions.ts';
import { countVotes, differingExamples, stabilityOf } from '../../src/analysis/votes.ts';
import { expectedVariants, readReplicate, referenceLogsPresent } from './referenceLogs.ts';
import { RandomStream } from '../../src/noise/stream.ts';

const rows = [
  Uint8Array.of(0, 1, 2, 2),
  Uint8Array.of(0, 1, 2, 0),
  Uint8Array.of(0, 2, 2, 1),
  Uint8Array.of(0, 1, 2, 1),
];
const predictions = predictionsFromRows(rows);
const votes = countVotes(predictions, [0, 1, 2, 3], 3);

describe('countVotes', () => {
  it('counts by class, with flip rates and entropies worked out by hand', () => {
    expect([...votes.counts]).toEqual([4, 0, 0, 0, 3, 1, 0, 0, 4, 1, 2, 1]);
    expect([...votes.majority]).toEqual([0, 1, 2, 1]);
    // 1 - 3 * 2 / 12, and 1 - 2 / 12.
    expect([...votes.flipRates].map((rate) => Number(rate.toFixed(12)))).toEqual([0, 0.5, 0, 0.833333333333]);
    // scipy.stats.entropy([3, 1], base=2), entropy([1, 2, 1], base=2).
    expect(votes.entropy[1]).toBeCloseTo(0.8112781244591328, 14);
    expect(votes.entropy[3]).toBe(1.5);
  });

  it('agrees with the flip rates and the churn of all pairs', () => {
    const stream = RandomStream.named(3, 'votes');
    const many = predictionsFromRows(
      Array.from({ length: 9 }, () => Uint8Array.from({ length: 50 }, () => stream.nextInteger(5))),
    );
    const counted = countVotes(
      many,
      Array.from({ length: 9 }, (_, row) => row),
      5,
    );
    const rates = flipRates(many) ?? [];
    counted.flipRates.forEach((rate, example) => {
      expect(rate).toBeCloseTo(rates[example] ?? NaN, 12);
    });
    const mean = counted.flipRates.reduce((sum, rate) => sum + rate, 0) / 50;
    expect(mean).toBeCloseTo(churn(many).mean ?? NaN, 12);
  });

  it('has no flip rate for one replicate', () => {
    expect(countVotes(predictions, [2], 3).flipRates.every(Number.isNaN)).toBe(true);
  });
});

describe('stabilityOf', () => {
  it('tells right from wrong where labels are known', () => {
    expect([0, 1, 2].map((example) => stabilityOf(votes, example, 0))).toEqual([
      'right',
      'unstable',
      'wrong',
    ]);
    expect(stabilityOf(votes, 2, null)).toBe('stable');
  });
});

describe('differingExamples', () => {
  it('lists where two rows part', () => {
    expect([...differingExamples(predictions, 0, 2)]).toEqual([1, 3]);
    expect([...differingExamples(predictions, 1, 1)]).toEqual([]);
  });

  it.skipIf(!referenceLogsPresent)('finds as many as numpy does in the reference logs', async () => {
    // Pairs (0, 1), (0, 2), (1, 2) of three replicates.
    const expected = Object.values(expectedVariants()).find(({ replicates }) => replicates.length === 3);
    const rows = await Promise.all(
      (expected?.replicates ?? []).map((name, index) => readReplicate(name, index)),
    );
    const read = predictionsFromRows(rows.map((row) => row.predictions ?? new Uint8Array()));
    const fractions = [
      [0, 1],
      [0, 2],
      [1, 2],
    ].map(([first = 0, second = 0]) => differingExamples(read, first, second).length / read.examples);
    expect(fractions).toEqual(expected?.pairwise_churn.per_pair);
  });
});
