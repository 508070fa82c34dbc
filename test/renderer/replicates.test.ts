import { describe, expect, it } from 'vitest';
import { curveOf } from '../../src/analysis/learningCurves.ts';
import { comparisonSentence } from '../../renderer/measures/comparison.ts';
import { comparedSettings } from '../../renderer/measures/configuration.ts';
import { groupsOf } from '../../renderer/measures/grouping.ts';
import { metricOf } from '../../renderer/measures/metric.ts';
import { readReplicate } from '../../src/analysis/reading.ts';
import { replicatesAsCsv } from '../../renderer/measures/replicateCsv.ts';
import {
  filterInWords,
  filterTokens,
  fitsFilter,
  toggledToken,
} from '../../renderer/measures/replicateFilter.ts';
import { replicateColumns, sortedRows, type ColumnKey } from '../../renderer/measures/replicateRow.ts';
import { spreadOf } from '../../renderer/measures/spread.ts';
import type { ReplicateRow } from '../../renderer/stores/openStudy.ts';
import { stagedStudy } from './stagedData.ts';

const accuracy = metricOf('testAccuracy');
const { replicates } = stagedStudy({ id: 's', name: 'S', replicates: 3, epochs: 4, finished: 2 });
const [first] = replicates;

function replicate(values: Partial<ReplicateRow>): ReplicateRow {
  if (first === undefined) throw new Error('There are no replicates.');
  return { ...first, ...values };
}

function column(key: ColumnKey) {
  const found = replicateColumns(accuracy, 3).find((each) => each.key === key);
  if (found === undefined) throw new Error(`There is no column ${key}.`);
  return found;
}

describe('a filter of replicates', () => {
  const warm = replicate({ tags: ['Warm room'], notes: 'the fan was loud', excludedReason: 'cable' });
  it.each([
    ['', true],
    ['FAN loud', true],
    ['fan quiet', false],
    ['tag:"warm room"', true],
    ['tag:warm', false],
    ['-tag:"warm room"', false],
    ['status:failed status:finished variant:algo+impl', true],
    ['status:finished variant:ALGO', false],
    ['is:excluded', true],
    ['-is:excluded', false],
    ['-quiet', true],
    ['colour:red', false],
  ])('%s finds or misses as it says', (filter, fits) => {
    expect(fitsFilter(warm, filterTokens(filter))).toBe(fits);
  });

  it('is said in words, and its words are taken out as they were put in', () => {
    expect(filterInWords(filterTokens('tag:a status:failed tag:"b c" x -y'))).toBe(
      'status failed, tag a or b c, containing “x”, not containing “y”',
    );
    expect(toggledToken('fan', 'tag:"b c"')).toBe('fan tag:"b c"');
    expect(toggledToken('fan TAG:"B C" -x', 'tag:"b c"')).toBe('fan -x');
  });
});

it('rows are sorted stably, what is missing last either way', () => {
  const rows = [2, null, 1, 2].map((value, index) => ({
    replicate: replicate({ index }),
    value,
    best: null,
  }));
  const indices = (descending: boolean): number[] =>
    sortedRows(rows, column('value'), descending).map(({ replicate: { index } }) => index);
  expect(indices(false)).toEqual([2, 0, 3, 1]);
  expect(indices(true)).toEqual([0, 3, 2, 1]);
});

it('a file has every digit, and quotes what must be quoted', () => {
  const rows = [
    { replicate: replicate({ notes: 'a "b",\nc', tags: ['x', 'y'] }), value: 0.1 + 0.2, best: null },
  ];
  expect(replicatesAsCsv(rows, [column('value'), column('best'), column('tags'), column('notes')])).toBe(
    'test accuracy as a fraction after epoch 3,best test accuracy as a fraction of epochs 0 to 3,tags,notes\r\n' +
      '0.30000000000000004,,"x, y","a ""b"",\nc"\r\n',
  );
});

it('configurations are compared by every value inside them', () => {
  expect(
    comparedSettings([
      { a: { b: 1 }, c: [1] },
      { a: { b: 2 }, c: [1], d: 'x' },
    ]),
  ).toEqual([
    { path: 'a.b', values: ['1', '2'], differs: true },
    { path: 'c', values: ['[1]', '[1]'], differs: false },
    { path: 'd', values: [null, 'x'], differs: true },
  ]);
});

it('replicates are grouped by what is recorded of them', () => {
  const given = replicate({ tags: ['a', 'b'], threads: 4, gpuModel: null, cpuModel: null });
  expect(groupsOf(given, 'tag')).toEqual(['a', 'b']);
  expect(groupsOf(replicate({ tags: [] }), 'tag')).toEqual(['no tag']);
  expect([groupsOf(given, 'threads'), groupsOf(given, 'gpu'), groupsOf(given, 'cpu')].flat()).toEqual([
    '4 threads',
    'no GPU used',
    'not recorded',
  ]);
});

it('a mean may be of the last epochs, and a band between quartiles', () => {
  const matrix = { epochs: 4, values: Float64Array.of(1, 2, 3, 6, 3, 2, 1, 2, 5, 5, 5, 10, 2, 2, 2, 4) };
  const how = { epoch: 3, reading: 'mean', metric: accuracy } as const;
  expect(readReplicate(matrix, 0, { ...how, meanOf: 2 })).toBe(4.5);
  expect(readReplicate(matrix, 0, { ...how, meanOf: 99 })).toBe(3);
  // numpy.percentile([6, 2, 10, 4], [25, 75]) is [3.5, 7].
  expect(curveOf(matrix, [0, 1, 2, 3], 'quartiles')[3]).toEqual({
    epoch: 3,
    n: 4,
    mean: 5.5,
    low: 3.5,
    high: 7,
  });
});

describe('whether SDs differ', () => {
  const spread = (variant: string, values: readonly number[]) =>
    spreadOf(
      variant,
      values.map((value, index) => ({ replicate: `${variant}${String(index)}`, index, value })),
    );
  it('is said with the test that says it', () => {
    // scipy.stats.levene([1, 2, 3, 4, 5], [10, 20, 30, 40, 50], center='median'): 8.2489..., p = 0.02076...
    const words = comparisonSentence([
      spread('A', [1, 2, 3, 4, 5]),
      spread('B', [10, 20, 30, 40, 50]),
      spread('C', [7, 7, 7]),
    ]);
    expect(words).toMatch(
      /^The SDs of A and B differ by more than chance explains \(Brown-Forsythe F\(1, 8\) = 8\.25, p = 0\.021; 2 groups\)/,
    );
    expect(words).toMatch(/Left out: C does not move at all\.$/);
  });

  it('has no verdict below five replicates', () => {
    expect(comparisonSentence([spread('A', [1, 2, 3, 4]), spread('B', [1, 5, 9, 2, 1])])).toBe(
      'No verdict on whether the SDs differ: that takes two groups of 5 replicates that move. Left out: A has fewer than 5 replicates.',
    );
  });
});
