import { describe, expect, it } from 'vitest';
import { countAnswers, ratesOf } from '../../src/analysis/attributeRates.ts';
import { classAccuracies } from '../../src/analysis/classAccuracy.ts';
import { deviationRatio } from '../../src/analysis/deviationRatio.ts';
import { measureClasses } from '../../src/analysis/measures/classAccuracy.ts';
import { predictionsFromRows } from '../../src/analysis/predictions.ts';
import { measureSubgroups, usualSplits } from '../../src/analysis/subgroups.ts';

/** 12 images with 3 attributes, by one formula. */
const label = (image: number, attribute: number): number =>
  (((image * 7 + attribute * 5) * (image + 2 * attribute + 1)) % 11) % 2;
const labels = Uint8Array.from({ length: 36 }, (_, at) => label(Math.floor(at / 3), at % 3));
/** Three replicates, wrong in one answer of seven. */
const rows = [0, 1, 2].map((replicate) =>
  labels.map((value, at) => {
    const isWrong = (Math.floor(at / 3) * 3 + (at % 3) * 2 + replicate * 5) % 7 === 0;
    return isWrong ? 1 - value : value;
  }),
);
const attributeNames = ['Male', 'Smiling', 'Young'];
const given = { rows, labels, attributeNames };

describe('rates of answers about attributes', () => {
  // The numbers below were made with NumPy 2 from the same formulas: rates of each replicate, mean, std with ddof=1.
  it('are counted as NumPy counts them', () => {
    const all = { examples: null, attribute: null };
    expect(rows.map((row) => countAnswers(row, labels, 3, all))).toEqual([
      { truePositives: 14, falsePositives: 4, trueNegatives: 16, falseNegatives: 2 },
      { truePositives: 13, falsePositives: 3, trueNegatives: 17, falseNegatives: 3 },
      { truePositives: 15, falsePositives: 4, trueNegatives: 16, falseNegatives: 1 },
    ]);
    const smiling = rows.map((row) => ratesOf(countAnswers(row, labels, 3, { ...all, attribute: 1 })));
    expect(
      smiling.map(({ falsePositiveRate, falseNegativeRate }) => [falsePositiveRate, falseNegativeRate]),
    ).toEqual([
      [2 / 7, 0],
      [1 / 7, 1 / 5],
      [1 / 7, 1 / 5],
    ]);
  });

  it('spread by subgroup, with the ratio to all', () => {
    const groups = measureSubgroups(given, { attribute: null, splits: [0] });
    expect(
      groups.map(({ name, examples, positives, negatives }) => [name, examples, positives, negatives]),
    ).toEqual([
      ['All', 12, 16, 20],
      ['Male', 7, 12, 9],
      ['Female', 5, 4, 11],
    ]);
    const [all, male, female] = groups.map(({ rates }) => rates);
    expect(all?.accuracy.mean).toBeCloseTo(0.8425925925925926, 14);
    expect(all?.accuracy.sd).toBeCloseTo(0.016037507477489613, 14);
    expect(all?.falsePositiveRate.sd).toBeCloseTo(0.028867513459481298, 14);
    expect(all?.falseNegativeRate.sd).toBeCloseTo(0.0625, 14);
    expect(all?.accuracy.ratio).toBeNull();
    expect(male?.falsePositiveRate.sd).toBeCloseTo(0.1111111111111111, 14);
    expect(male?.falseNegativeRate.mean).toBeCloseTo(0.1111111111111111, 14);
    expect(female?.falsePositiveRate.mean).toBeCloseTo(0.24242424242424243, 14);
    expect(female?.falseNegativeRate.sd).toBeCloseTo(0.14433756729740646, 14);
    expect(female?.falseNegativeRate.ratio).toBeCloseTo(0.14433756729740646 / 0.0625, 12);
    // Too few replicates for an interval; what five say is Miller's, in pairs.
    expect(female?.falseNegativeRate.ratioInterval).toBeNull();
    const five = { ...given, rows: [...rows, ...rows.slice(0, 2).map((row) => row.toReversed())] };
    const [whole, part] = measureSubgroups(five, { attribute: null, splits: [0] });
    expect(part?.rates.accuracy.ratioInterval).toEqual(
      deviationRatio(whole?.rates.accuracy.values ?? [], part?.rates.accuracy.values ?? [], true).interval,
    );
    expect(part?.rates.accuracy.ratioInterval).not.toBeNull();
  });

  it('are unknown where nothing could be wrong in that way', () => {
    const groups = measureSubgroups(given, { attribute: 0, splits: [0] });
    expect(groups[1]?.rates.falsePositiveRate).toMatchObject({
      values: [],
      mean: null,
      sd: null,
      ratio: null,
    });
    expect(groups[2]?.rates.falseNegativeRate.values).toEqual([]);
  });

  it('are told apart as the paper does where the data have its attributes', () => {
    expect(usualSplits(attributeNames)).toEqual([0, 2]);
    expect(usualSplits(['Hat', 'Smiling'])).toEqual([0]);
    expect(measureSubgroups(given, { attribute: null, splits: [0, 1, 2] }).map(({ name }) => name)).toEqual([
      ...['All', 'Male', 'Female', 'Smiling', 'not Smiling', 'Young', 'Old'],
    ]);
  });

  it('refuses labels of another number of answers', () => {
    expect(() =>
      countAnswers(rows[0] ?? labels, labels.subarray(3), 3, { examples: null, attribute: null }),
    ).toThrow('33 labels for 36 answers about 3 attributes');
  });
});

describe('accuracy by attribute', () => {
  it('counts an answer towards its attribute, not towards the class that is true', () => {
    const { examples, accuracies, overall } = classAccuracies(
      predictionsFromRows(rows),
      labels,
      3,
      'attributes',
    );
    expect([...examples]).toEqual([12, 12, 12]);
    expect(overall[0]).toBeCloseTo(30 / 36, 14);
    expect(accuracies[1]).toBeCloseTo(10 / 12, 14);
    const study = { id: 's', name: 's' };
    const replicates = rows.map((predictions, index) => ({
      ...{ index, predictions, accuracy: null, weights: null, fingerprints: null },
    }));
    const measured = measureClasses(
      { name: 'ALGO', implementation: null, replicates },
      {
        study: {
          study,
          epoch: 0,
          labels,
          classNames: attributeNames,
          attributeNames,
          tensorNames: null,
          variants: [],
        },
        ...{ level: 0.95, seed: 0 },
      },
    );
    expect(measured.perClassSd?.map(({ name, examples: count }) => [name, count])).toEqual([
      ['Male', 12],
      ['Smiling', 12],
      ['Young', 12],
    ]);
  });
});
