import chiSquareQuantile from '@stdlib/stats-base-dists-chisquare-quantile';
import type { AnswerKind, Labels } from './classAccuracy.ts';
import type { Predictions } from './predictions.ts';

/** The SD that an accuracy has where every test example is got wrong independently of all others, each at its own rate. */
export interface IndependentErrors {
  /** The SD behind the replicates. */
  readonly sd: number;
  /** Between these the SD of so many replicates lies in 90 of 100 studies: its 5 % and 95 % quantiles. */
  readonly low: number;
  readonly high: number;
}

/**
 * Variances of the accuracies if errors were independent: of an accuracy over n examples it is the sum of the examples' own
 * variances over n^2 (Jordan 2023, "Calibrated chaos": Var = sum e_i (1 - e_i) / N^2). The variance of an example
 * is that of right and wrong over the replicates, dividing by R - 1: R / (R - 1) e_i (1 - e_i), which is unbiased.
 * @param classes labels lie below it.
 * @returns one variance a class, and then that of the accuracy over all examples; [classes + 1], NaN for a class without
 * examples and below two replicates.
 */
export function independentVariances(
  predictions: Predictions,
  labels: Labels,
  classes: number,
  kind: AnswerKind = 'class',
): Float64Array {
  const { replicates, examples, data } = predictions;
  const sums = new Float64Array(classes + 1);
  const counts = new Float64Array(classes + 1);
  for (let example = 0; example < examples; example++) {
    const label = labels[example] ?? 0;
    let right = 0;
    for (let at = example; at < data.length; at += examples) if (data[at] === label) right++;
    const rate = right / replicates;
    const variance = (rate * (1 - rate) * replicates) / (replicates - 1);
    for (const part of [kind === 'class' ? label : example % classes, classes]) {
      sums[part] = (sums[part] ?? 0) + variance;
      counts[part] = (counts[part] ?? 0) + 1;
    }
  }
  return sums.map((sum, part) => sum / (counts[part] ?? 0) ** 2);
}

/**
 * Where the SD of so many replicates lies by chance: s is about sd * sqrt(chi-square(R - 1) / (R - 1)).
 * @returns null below two replicates and where the variance is not a number.
 */
export function independentErrors(variance: number, replicates: number): IndependentErrors | null {
  if (replicates < 2 || !Number.isFinite(variance)) return null;
  const sd = Math.sqrt(variance);
  const reach = (probability: number): number =>
    sd * Math.sqrt(chiSquareQuantile(probability, replicates - 1) / (replicates - 1));
  return { sd, low: reach(0.05), high: reach(0.95) };
}
