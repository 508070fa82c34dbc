import { RandomStream } from '../../noise/stream.ts';
import { classAccuracies, type ClassAccuracies, type Labels } from '../classAccuracy.ts';
import { classRatioNull, type ClassRatioNull } from '../classRatioNull.ts';
import { independentErrors, independentVariances, type IndependentErrors } from '../independentErrors.ts';
import { finiteOrNull, type Interval } from '../interval.ts';
import { mean } from '../mean.ts';
import { predictionsFromRows, type ClassIndices } from '../predictions.ts';
import { standardDeviation, standardDeviationInterval } from '../standardDeviation.ts';
import type { MeasureContext, VariantAtEpoch } from '../studyAtEpoch.ts';

/** Accuracy on one class, over a variant's replicates; fractions. */
export interface ClassSd {
  readonly class: number;
  readonly name: string | null;
  /** Test examples of the class. */
  readonly examples: number;
  readonly mean: number | null;
  /** Dividing by n - 1; null below two replicates. */
  readonly sd: number | null;
  /** Chi-square. */
  readonly sdInterval: Interval | null;
  /** What the SD would be if errors on examples were independent. */
  readonly independent: IndependentErrors | null;
}

/** Accuracy over all classes, as counted from the predictions. */
export interface TopLine {
  readonly mean: number | null;
  readonly sd: number | null;
  readonly sdInterval: Interval | null;
  readonly independent: IndependentErrors | null;
}

/** The largest per-class SD against the top line's (paper, section 4), and what chance alone would give. */
export interface ClassRatio {
  /** Class with the largest SD. */
  readonly class: number;
  /** Its SD over the SD of the overall accuracy. */
  readonly ratio: number;
  /** Ratios of simulated studies of this size with independent errors at these classes' error rates. */
  readonly null: ClassRatioNull | null;
  /** Whether the ratio lies between the null's 5 % and 95 % quantiles: then it is no more than sampling noise. */
  readonly insideNull: boolean | null;
}

/** Null for both where there are no labels or no predictions. */
export interface ClassMeasure {
  readonly perClassSd: readonly ClassSd[] | null;
  readonly topLine: TopLine | null;
  /** Null also where the overall accuracy has no spread. */
  readonly perClassRatio: ClassRatio | null;
}

export function measureClasses(variant: VariantAtEpoch, context: MeasureContext): ClassMeasure {
  const { labels, classNames, attributeNames = null } = context.study;
  const kind = attributeNames === null ? 'class' : 'attributes';
  const rows = variant.replicates.flatMap(({ predictions }) => (predictions === null ? [] : [predictions]));
  if (labels === null || rows.length === 0) return { perClassSd: null, topLine: null, perClassRatio: null };
  const classes = attributeNames?.length ?? Math.max(classNames?.length ?? 0, classesOf(labels));
  const predictions = predictionsFromRows(rows);
  const accuracies = classAccuracies(predictions, labels, classes, kind);
  const variances = independentVariances(predictions, labels, classes, kind);
  const independent = (part: number): IndependentErrors | null =>
    independentErrors(variances[part] ?? Number.NaN, rows.length);
  const perClassSd = Array.from({ length: classes }, (_, index): ClassSd => {
    const values = valuesOf(accuracies, rows, index, classes);
    const examples = accuracies.examples[index] ?? 0;
    return {
      class: index,
      name: classNames?.[index] ?? null,
      examples,
      mean: finiteOrNull(values.reduce((sum, value) => sum + value, 0) / values.length),
      sd: examples === 0 ? null : standardDeviation(values),
      sdInterval: examples === 0 ? null : standardDeviationInterval(values, context.level),
      independent: independent(index),
    };
  });
  const topLine: TopLine = {
    mean: finiteOrNull(mean(accuracies.overall) ?? Number.NaN),
    sd: finiteOrNull(standardDeviation(accuracies.overall) ?? Number.NaN),
    sdInterval: Number.isFinite(accuracies.overall[0])
      ? standardDeviationInterval(accuracies.overall, context.level)
      : null,
    independent: independent(classes),
  };
  return { perClassSd, topLine, perClassRatio: ratioOf(perClassSd, accuracies, variant, context) };
}

function classesOf(labels: Labels): number {
  let largest = -1;
  for (let example = 0; example < labels.length; example++) largest = Math.max(largest, labels[example] ?? 0);
  return largest + 1;
}

function valuesOf(
  { accuracies }: ClassAccuracies,
  rows: readonly ClassIndices[],
  index: number,
  classes: number,
): number[] {
  return rows.map((_, replicate) => accuracies[replicate * classes + index] ?? Number.NaN);
}

function ratioOf(
  perClassSd: readonly ClassSd[],
  { overall }: ClassAccuracies,
  variant: VariantAtEpoch,
  { seed }: MeasureContext,
): ClassRatio | null {
  const overallSd = standardDeviation([...overall]);
  const present = perClassSd.filter(({ sd }) => sd !== null);
  const [first, ...others] = present;
  if (first === undefined || overallSd === null || overallSd === 0) return null;
  const largest = others.reduce((best, each) => ((each.sd ?? 0) > (best.sd ?? 0) ? each : best), first);
  const ratio = (largest.sd ?? 0) / overallSd;
  const baseline = classRatioNull(
    overall.length,
    present.map(({ examples }) => examples),
    present.map((each) => 1 - (each.mean ?? 0)),
    RandomStream.named(seed, `class-ratio/${variant.name}`),
  );
  return {
    class: largest.class,
    ratio,
    null: baseline,
    insideNull: baseline === null ? null : ratio >= baseline.low && ratio <= baseline.high,
  };
}
