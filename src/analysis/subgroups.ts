import { countAnswers, rateNames, ratesOf, type AnswerCounts, type RateName } from './attributeRates.ts';
import type { Labels } from './classAccuracy.ts';
import { deviationRatio } from './deviationRatio.ts';
import { usualLevel, type Interval } from './interval.ts';
import { mean } from './mean.ts';
import type { ClassIndices } from './predictions.ts';
import { standardDeviation, standardDeviationInterval } from './standardDeviation.ts';

/** A rate over the replicates of a variant; fractions. */
export interface RateSpread {
  /** One a replicate; none where nothing could be wrong in that way. */
  readonly values: readonly number[];
  readonly mean: number | null;
  /** Dividing by n - 1; null below two replicates. */
  readonly sd: number | null;
  /** Chi-square. */
  readonly sdInterval: Interval | null;
  /** The SD over that of all test examples; null of those themselves. */
  readonly ratio: number | null;
  /** Jackknife-t of the logarithm, a replicate left out of both at a time: it is in both. */
  readonly ratioInterval: Interval | null;
}

/** Test examples that have, or have not, an attribute. */
export interface Subgroup {
  readonly name: string;
  /** What they are told apart by; null for all test examples. */
  readonly attribute: string | null;
  /** How many there are. */
  readonly examples: number;
  /** Of the answers that are asked about them, how many are yes. */
  readonly positives: number;
  readonly negatives: number;
  readonly rates: Readonly<Record<RateName, RateSpread>>;
}

/** What answers to look at. */
export interface SubgroupChoice {
  /** The only attribute asked about, by its place; null pools all, as the paper does. */
  readonly attribute: number | null;
  /** What to tell subgroups apart by, by their places. */
  readonly splits: readonly number[];
}

/** Replicates of a variant with what is true of the test examples. */
export interface AttributeAnswers {
  /** Of 0 and 1, row-major [test examples, attributes] each. */
  readonly rows: readonly ClassIndices[];
  readonly labels: Labels;
  readonly attributeNames: readonly string[];
}

/** The paper's attributes, and what it calls those who have them not. */
const opposites: Readonly<Record<string, string>> = { Male: 'Female', Young: 'Old' };

/** The paper's subgroups, where the data have them; else those of the first attribute. */
export function usualSplits(attributeNames: readonly string[]): number[] {
  const known = Object.keys(opposites).flatMap((name) => {
    const at = attributeNames.indexOf(name);
    return at < 0 ? [] : [at];
  });
  return known.length === 0 && attributeNames.length > 0 ? [0] : known;
}

/**
 * How error rates spread over replicates, over all test examples and over each subgroup (paper, section 4).
 * @returns all test examples first, then for each split those that have the attribute and those that have not.
 * @throws NoisefloorError `labels-mismatch`.
 */
export function measureSubgroups(
  { rows, labels, attributeNames }: AttributeAnswers,
  { attribute, splits }: SubgroupChoice,
  level = usualLevel,
): Subgroup[] {
  const attributes = attributeNames.length;
  const countsOf = (examples: Uint8Array | null): AnswerCounts[] =>
    rows.map((row) => countAnswers(row, labels, attributes, { examples, attribute }));
  const all = countsOf(null);
  const whole = { name: 'All', attribute: null, members: null, counts: all };
  const parts = splits.flatMap((split) => {
    const name = attributeNames[split] ?? String(split);
    return [1, 0].map((has) => {
      const members = membersOf(labels, attributes, split, has);
      const called = has === 1 ? name : (opposites[name] ?? `not ${name}`);
      return { name: called, attribute: name, members, counts: countsOf(members) };
    });
  });
  const allRates = valuesOf(all);
  return [whole, ...parts].map(({ name, attribute: by, members, counts }): Subgroup => {
    const [first] = counts;
    const values = valuesOf(counts);
    const spread = (rate: RateName): RateSpread =>
      spreadOf(values[rate], by === null ? null : allRates[rate], level);
    return {
      ...{ name, attribute: by },
      examples: members === null ? labels.length / attributes : members.reduce((sum, one) => sum + one, 0),
      positives: first === undefined ? 0 : first.truePositives + first.falseNegatives,
      negatives: first === undefined ? 0 : first.trueNegatives + first.falsePositives,
      rates: {
        accuracy: spread('accuracy'),
        falsePositiveRate: spread('falsePositiveRate'),
        falseNegativeRate: spread('falseNegativeRate'),
      },
    };
  });
}

function membersOf(labels: Labels, attributes: number, split: number, has: number): Uint8Array {
  return Uint8Array.from({ length: labels.length / attributes }, (_, example) =>
    labels[example * attributes + split] === has ? 1 : 0,
  );
}

function valuesOf(counts: readonly AnswerCounts[]): Record<RateName, number[]> {
  const rates = counts.map(ratesOf);
  const valuesOfRate = (name: RateName): number[] => rates.flatMap((each) => each[name] ?? []);
  const [accuracy, falsePositiveRate, falseNegativeRate] = rateNames.map(valuesOfRate);
  return {
    accuracy: accuracy ?? [],
    falsePositiveRate: falsePositiveRate ?? [],
    falseNegativeRate: falseNegativeRate ?? [],
  };
}

function spreadOf(values: readonly number[], all: readonly number[] | null, level: number): RateSpread {
  const compared = all === null ? null : deviationRatio(all, values, all.length === values.length, level);
  return {
    values,
    mean: mean(values),
    sd: standardDeviation(values),
    sdInterval: standardDeviationInterval(values, level),
    ratio: compared?.ratio ?? null,
    ratioInterval: compared?.interval ?? null,
  };
}
