import studentQuantile from '@stdlib/stats-base-dists-t-quantile';
import { usualLevel, type Interval } from './interval.ts';
import { standardDeviation } from './standardDeviation.ts';

/**
 * Arithmetic mean, or null of no values. Summed relative to the first value, so that equal values have exactly
 * that mean.
 */
export function mean(values: readonly number[]): number | null {
  const first = values[0];
  if (first === undefined) return null;
  let sum = 0;
  for (const value of values) sum += value - first;
  return first + sum / values.length;
}

/** Student t interval of the mean: mean +- t(n - 1) s / sqrt(n). Null below two values. */
export function meanInterval(values: readonly number[], level = usualLevel): Interval | null {
  const centre = mean(values);
  const deviation = standardDeviation(values);
  if (centre === null || deviation === null) return null;
  const reach = (studentQuantile((1 + level) / 2, values.length - 1) * deviation) / Math.sqrt(values.length);
  return { low: centre - reach, high: centre + reach, level, method: 'student-t' };
}
