import { describe, expect, test } from 'vitest';
import { churn, crossChurn, flipRates } from '../../src/analysis/churn.ts';
import { churnMatrix } from '../../src/analysis/churnMatrix.ts';
import { predictionsFromRows, type Predictions } from '../../src/analysis/predictions.ts';
import { RandomStream } from '../../src/noise/stream.ts';
import { fixture } from './fixture.ts';

function predictionsOf(rows: number[][], classes: number): Predictions {
  return predictionsFromRows(rows.map((row) => (classes > 256 ? Uint16Array : Uint8Array).from(row)));
}

describe.each(fixture.churn)('$predictions.length replicates, $classes classes', (expected) => {
  const predictions = predictionsOf(expected.predictions, expected.classes);

  test('the matrix is scipy’s hamming distance', () => {
    expect(churnMatrix(predictions)).toHaveLength(expected.matrix.length);
    churnMatrix(predictions).forEach((value, pair) => {
      expect(value).toBeCloseTo(expected.matrix[pair]!, 14);
    });
  });

  test('mean and jackknife interval are those of the whole matrix', () => {
    const measured = churn(predictions);
    expect(measured.mean).toBeCloseTo(expected.mean, 12);
    expect(measured.interval?.low).toBeCloseTo(Math.max(0, expected.interval[0]), 9);
    expect(measured.interval?.high).toBeCloseTo(Math.min(1, expected.interval[1]), 9);
    expect(measured.interval?.method).toBe('jackknife-t');
  });

  test('flip rates are the fraction of pairs that part on each example', () => {
    const rates = flipRates(predictions);
    expect(rates).toHaveLength(expected.flipRates.length);
    rates?.forEach((rate, example) => {
      expect(rate).toBeCloseTo(expected.flipRates[example]!, 12);
    });
  });

  test('churn between two groups is the mean over pairs across them', () => {
    const first = predictionsOf(expected.predictions.slice(0, 2), expected.classes);
    const rest = predictionsOf(expected.predictions.slice(2), expected.classes);
    expect(crossChurn(first, rest)).toBeCloseTo(expected.crossOfFirstTwoAndRest, 12);
    expect(crossChurn(rest, first)).toBeCloseTo(expected.crossOfFirstTwoAndRest, 12);
  });
});

test('more examples and classes than are counted at once', () => {
  const stream = RandomStream.named(3, 'churn');
  const row = (): Uint16Array => Uint16Array.from({ length: 500 }, () => stream.nextInteger(40_000));
  const first = row();
  const second = row();
  first.set(second.subarray(0, 123));
  const predictions = predictionsFromRows([first, second, first]);
  const parted = first.filter((value, example) => value !== second[example]).length / 500;
  expect(parted).toBeGreaterThan(0.7);
  expect(churn(predictions).mean).toBeCloseTo((2 * parted) / 3, 12);
});

test('identical replicates have no churn, exactly', () => {
  const row = Uint8Array.from({ length: 997 }, (_, example) => example % 10);
  const predictions = predictionsFromRows([row, row, row]);
  expect(churn(predictions)).toMatchObject({ mean: 0, interval: { low: 0, high: 0 } });
  expect([...(flipRates(predictions) ?? [])].every((rate) => rate === 0)).toBe(true);
});

test('too few replicates or examples give null', () => {
  const one = predictionsFromRows([Uint8Array.of(1, 2)]);
  const two = predictionsFromRows([Uint8Array.of(1, 2), Uint8Array.of(1, 3)]);
  expect(churn(one)).toEqual({ mean: null, interval: null });
  expect(flipRates(one)).toBeNull();
  expect(churn(two)).toEqual({ mean: 0.5, interval: null });
  expect(churn(predictionsFromRows([Uint8Array.of(), Uint8Array.of()])).mean).toBeNull();
});

test('groups on different test sets are refused', () => {
  const two = predictionsFromRows([Uint8Array.of(1, 2)]);
  const three = predictionsFromRows([Uint8Array.of(1, 2, 3)]);
  expect(() => crossChurn(two, three)).toThrow(/2 and 3 examples/);
});

describe('coverage of the jackknife interval', () => {
  /**
   * Studies with a known churn: a replicate follows one of two answers on each example with a probability of its own
   * example, so the expected churn is the mean of 2 p (1 - p).
   */
  const studies = 1_000;
  const examples = 120;
  test.each([3, 5, 10])('%i replicates', (replicates) => {
    const stream = RandomStream.named(11, `coverage/${replicates}`);
    const probabilities = Array.from({ length: examples }, () => stream.nextFloat() ** 2);
    let truth = 0;
    for (const p of probabilities) truth += (2 * p * (1 - p)) / examples;
    let covered = 0;
    for (let study = 0; study < studies; study++) {
      const rows = Array.from({ length: replicates }, () =>
        Uint8Array.from(probabilities, (p) => (stream.nextFloat() < p ? 1 : 0)),
      );
      const { interval } = churn(predictionsFromRows(rows));
      if (interval !== null && interval.low <= truth && truth <= interval.high) covered++;
    }
    // The standard error of 1,000 studies is 0.7 %; 86 % is what the percentile bootstrap reaches at best.
    expect(covered / studies).toBeGreaterThan(0.91);
    expect(covered / studies).toBeLessThanOrEqual(0.995);
  });
});
