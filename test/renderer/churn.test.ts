import { describe, expect, it } from 'vitest';
import { matrixPixels } from '../../renderer/charts/matrixRaster.ts';
import { matrixBlocks, variantRuns } from '../../renderer/measures/churnBlocks.ts';
import { orderedInParts, type Ordered, type Ordering } from '../../renderer/measures/churnOrder.ts';
import { churnSentence } from '../../renderer/measures/churnSentence.ts';
import {
  flipHistogram,
  listExamples,
  rangesText,
  stabilityCounts,
} from '../../renderer/measures/exampleList.ts';
import { inParts } from '../../renderer/measures/inParts.ts';
import { rgbaOf } from '../../renderer/measures/imagePixels.ts';
import { predictionsFromRows } from '../../src/analysis/predictions.ts';
import { countVotes } from '../../src/analysis/votes.ts';

const votes = countVotes(
  predictionsFromRows([Uint8Array.of(0, 1, 2, 2), Uint8Array.of(0, 1, 2, 0), Uint8Array.of(0, 2, 2, 1)]),
  [0, 1, 2],
  3,
);
const variant = (name: string, mean: number | null, replicates = 3) => ({
  name,
  replicates,
  churn: { mean, interval: null },
});
const labels = Int32Array.of(0, 1, 1, 2);
const everything = { trueClass: null, predictedClass: null, stability: null };

describe('a list of examples', () => {
  const list = (given: Partial<Parameters<typeof listExamples>[2]>) => [
    ...listExamples(votes, labels, { filter: everything, sort: 'flips', among: null, ...given }),
  ];

  it('is sorted, equals in the order of the test set', () => {
    expect(list({})).toEqual([3, 1, 0, 2]);
    expect(list({ sort: 'index' })).toEqual([0, 1, 2, 3]);
    expect(list({ sort: 'class' })).toEqual([0, 1, 2, 3]);
  });

  it('is filtered by true class, by predicted class, by stability and by pair', () => {
    expect(list({ filter: { ...everything, trueClass: 1 } })).toEqual([1, 2]);
    expect(list({ filter: { ...everything, predictedClass: 0 } })).toEqual([3, 0]);
    expect(list({ filter: { ...everything, stability: 'wrong' } })).toEqual([2]);
    expect(list({ among: Uint32Array.of(2, 3) })).toEqual([3, 2]);
  });

  it('is counted by stability, without right and wrong where labels are not known', () => {
    expect(stabilityCounts(votes, labels)).toEqual({ right: 1, wrong: 1, stable: 0, unstable: 2 });
    expect(stabilityCounts(votes, null)).toEqual({ right: 0, wrong: 0, stable: 2, unstable: 2 });
  });

  it('has a histogram whose first bar never flips', () => {
    expect(flipHistogram(Float64Array.of(0, 0.05, 0.06, 1), 20)).toEqual({
      never: 1,
      counts: [1, 1, ...new Array<number>(17).fill(0), 1],
    });
    expect(rangesText([0, 1, 2, 4, 5, 9])).toBe('0 to 2, 4, 5, 9');
  });
});

async function orderedReplicates(given: Ordered, ordering: Ordering): Promise<readonly number[] | null> {
  return inParts(orderedInParts(given, ordering), new AbortController().signal);
}

describe('a churn matrix', () => {
  // Pairs 01, 02, 03, 12, 13, 23: 0 and 2 are close, and 1 and 3.
  const matrix = Float64Array.of(0.5, 0.1, 0.6, 0.55, 0.2, 0.52);
  const given = { matrix, total: 4, shown: [0, 1, 2, 3], accuracies: [0.7, 0.9, NaN, 0.8] };

  it('is ordered by variant, mean churn, accuracy or cluster', async () => {
    expect(await orderedReplicates(given, 'variant')).toEqual([0, 1, 2, 3]);
    expect(await orderedReplicates(given, 'accuracy')).toEqual([1, 3, 0, 2]);
    // Sums: 1.2, 1.25, 1.17, 1.32.
    expect(await orderedReplicates(given, 'churn')).toEqual([2, 0, 1, 3]);
    // Of the two pairs, 0 and 1 lie nearest to one another.
    expect(await orderedReplicates(given, 'cluster')).toEqual([2, 0, 1, 3]);
  });

  it('is drawn from violet to yellow, clear on its diagonal', () => {
    const pixels = matrixPixels(Float64Array.of(0, 0.5, 1), 3, [0, 1, 2], 1);
    const at = (row: number, column: number) => [
      ...pixels.subarray(4 * (3 * row + column), 4 * (3 * row + column) + 4),
    ];
    expect(at(0, 0)).toEqual([0, 0, 0, 0]);
    // matplotlib's viridis(0), viridis(0.5) within rounding, viridis(1).
    expect(at(0, 1)).toEqual([68, 1, 84, 255]);
    expect(at(2, 1)).toEqual([253, 231, 37, 255]);
    expect(at(0, 2)[1]).toBeCloseTo(145, -1);
  });
});

describe('the sentence on churn', () => {
  it('says how much, and under what', () => {
    expect(
      churnSentence([variant('ALGO+IMPL', 0.107), variant('IMPL', 0.064), variant('CONTROL', 0)], 2000, 3),
    ).toBe(
      'Two replicates disagree on 10.7 % of 2,000 test examples (after epoch 3) when everything varies; under implementation noise alone on 6.4 %; CONTROL replicates never disagree.',
    );
  });

  it('needs two replicates', () => {
    expect(churnSentence([variant('ALGO', null, 1)], 10, 0)).toContain('it takes two');
    expect(churnSentence([variant('CONTROL', 0)], 10, 0)).toContain('all replicates predict the same class');
  });
});

describe('blocks of a churn matrix', () => {
  it('are of every two variants, with the mean of either order', () => {
    const runs = variantRuns(['IMPL', 'IMPL', 'ALGO']);
    expect(runs).toEqual([
      { variant: 'IMPL', from: 0, to: 2 },
      { variant: 'ALGO', from: 2, to: 3 },
    ]);
    const blocks = matrixBlocks(
      runs,
      [variant('IMPL', 0.1), variant('ALGO', null, 1)],
      [{ first: 'ALGO', second: 'IMPL', churn: 0.3 }],
    );
    expect(blocks.map(({ rows, columns, mean }) => [rows.variant, columns.variant, mean])).toEqual([
      ['IMPL', 'IMPL', 0.1],
      ['IMPL', 'ALGO', 0.3],
      ['ALGO', 'IMPL', 0.3],
      ['ALGO', 'ALGO', null],
    ]);
  });

  it('are none where variants are mixed: the runs then colour the margins', () => {
    expect(variantRuns(['A', 'B', 'A'])).toHaveLength(3);
  });
});

describe('pixels of an example', () => {
  it('become opaque red, green and blue', () => {
    expect([...rgbaOf(Uint8Array.of(7, 9), 2, 1)]).toEqual([7, 7, 7, 255, 9, 9, 9, 255]);
    expect([...rgbaOf(Uint8Array.of(1, 2, 3), 1, 3)]).toEqual([1, 2, 3, 255]);
  });
});
