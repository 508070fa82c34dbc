import fDistribution from '@stdlib/stats-base-dists-f-cdf';
import studentQuantile from '@stdlib/stats-base-dists-t-quantile';
import { usualLevel, type Interval } from './interval.ts';
import { mean } from './mean.ts';
import { standardDeviation } from './standardDeviation.ts';

/** The means of two groups, compared: the second less the first. */
export interface MeanComparison {
  /** Null where a group is empty. */
  readonly difference: number | null;
  /** Student t, of the pairs' differences or after Welch; null where there are too few replicates or nothing moves. */
  readonly interval: Interval | null;
  /** The same at the level of two one-sided 5 % tests: within a margin, the groups are equivalent by that margin. */
  readonly equivalenceInterval: Interval | null;
  readonly statistic: number | null;
  readonly freedom: number | null;
  readonly pValue: number | null;
}

/** What differs by less than this part is the same but for rounding. */
export const rounding = 1e-12;

/**
 * Student's t of two groups.
 * - Unpaired: Welch's, with Satterthwaite's degrees of freedom (Welch 1947).
 * - Paired: of the differences.
 * @param isPaired whether the two values of a place belong together; the groups are then equally long.
 */
export function compareMeans(
  first: readonly number[],
  second: readonly number[],
  isPaired: boolean,
): MeanComparison {
  const [one, other] = [mean(first), mean(second)];
  const difference = one === null || other === null ? null : other - one;
  const error = isPaired ? pairedError(first, second) : welchError(first, second);
  if (difference === null || error === null) {
    const untested = { interval: null, equivalenceInterval: null, statistic: null, freedom: null };
    return { difference, ...untested, pValue: null };
  }
  const at = (level: number): Interval => {
    const reach = studentQuantile((1 + level) / 2, error.freedom) * error.error;
    return { low: difference - reach, high: difference + reach, level, method: 'student-t' };
  };
  const statistic = difference / error.error;
  return {
    difference,
    interval: at(usualLevel),
    equivalenceInterval: at(2 * usualLevel - 1),
    statistic,
    freedom: error.freedom,
    // The square of a t is an F with one degree of freedom between groups.
    pValue: 1 - fDistribution(statistic ** 2, 1, error.freedom),
  };
}

interface MeanError {
  /** Standard error of the difference; above 0. */
  readonly error: number;
  readonly freedom: number;
}

function welchError(first: readonly number[], second: readonly number[]): MeanError | null {
  const [one, other] = [first, second].map((values) => {
    const sd = standardDeviation(values);
    return sd === null ? Number.NaN : sd ** 2 / values.length;
  });
  const sum = (one ?? Number.NaN) + (other ?? Number.NaN);
  if (!(Math.sqrt(sum) > rounding * largest([...first, ...second]))) return null;
  const freedom = sum ** 2 / ((one ?? 0) ** 2 / (first.length - 1) + (other ?? 0) ** 2 / (second.length - 1));
  return { error: Math.sqrt(sum), freedom };
}

/** Differences that are the same but for their rounding do not move. */
function pairedError(first: readonly number[], second: readonly number[]): MeanError | null {
  const differences = second.map((value, place) => value - (first[place] ?? 0));
  const sd = standardDeviation(differences);
  if (sd === null || sd <= rounding * largest([...first, ...second])) return null;
  return { error: sd / Math.sqrt(differences.length), freedom: differences.length - 1 };
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
