import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { confusion } from '../../src/analysis/confusion.ts';
import { independentErrors, independentVariances } from '../../src/analysis/independentErrors.ts';
import { predictionsFromRows } from '../../src/analysis/predictions.ts';

/** What test/fixtures/analysis/classes.py computes with numpy and scipy. */
const fixture = JSON.parse(
  readFileSync(new URL('../fixtures/analysis/classes.json', import.meta.url), 'utf8'),
) as {
  classes: number;
  labels: number[];
  predictions: number[][];
  nulls: { sd: number; low: number; high: number }[];
  firstTwo: number[];
  truthAndFirst: number[];
};
const { classes, labels } = fixture;
const predictions = predictionsFromRows(fixture.predictions.map((row) => Uint8Array.from(row)));

describe('SDs of accuracies with independent errors', () => {
  it('are those of numpy and scipy, by class and over all examples', () => {
    const variances = independentVariances(predictions, labels, classes);
    expect(variances).toHaveLength(classes + 1);
    fixture.nulls.forEach((expected, part) => {
      const found = independentErrors(variances[part]!, predictions.replicates);
      expect(found?.sd).toBeCloseTo(expected.sd, 12);
      expect(found?.low).toBeCloseTo(expected.low, 10);
      expect(found?.high).toBeCloseTo(expected.high, 10);
    });
  });

  it('are nothing where no replicate errs otherwise than another', () => {
    const same = predictionsFromRows([Uint8Array.of(0, 1), Uint8Array.of(0, 1)]);
    const variances = independentVariances(same, [0, 0], 2);
    expect([...variances]).toEqual([0, Number.NaN, 0]);
    expect(independentErrors(variances[0]!, 2)).toEqual({ sd: 0, low: 0, high: 0 });
    expect(independentErrors(variances[1]!, 2)).toBeNull();
    expect(independentErrors(0.1, 1)).toBeNull();
  });
});

describe('a confusion', () => {
  it('counts as numpy does, of two replicates and against the truth', () => {
    const [first = [], second = []] = fixture.predictions;
    expect([...confusion(first, second, classes)]).toEqual(fixture.firstTwo);
    expect([...confusion(labels, first, classes)]).toEqual(fixture.truthAndFirst);
  });
});
