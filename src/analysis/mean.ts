import studentQuantile from '@stdlib/stats-base-dists-t-quantile';
import { usualLevel, type Interval } from './interval.ts';
import { standardDeviation, type Numbers } from './standardDeviation.ts';

const quantiles = new Map<string, number>();

/** Student t's quantile, which takes long to find and is asked for again and again. */
function quantileOf(probability: number, freedom: number): number {
  const key = `${probability}/${freedom}`;
  const known = quantiles.get(key) ?? studentQuantile(probability, freedom);
  quantiles.set(key, known);
  return known;
}

/**
 * Arithmetic mean, or null of no values. Summed relative to the first value, so that equal values have exactly
 * that mean.
 */
export function mean(values: Numbers): number | null {
  const first = values[0];
  if (first === undefined) return null;
  let sum = 0;
  for (let index = 0; index < values.length; index += 1) sum += (values[index] ?? 0) - first;
  return first + sum / values.length;
}

/** Student t interval of the mean: mean +- t(n - 1) s / sqrt(n). Null below two values. */
export function meanInterval(values: Numbers, level = usualLevel): Interval | null {
  const centre = mean(values);
  const deviation = standardDeviation(values);
  if (centre === null || deviation === null) return null;
  const reach = (quantileOf((1 + level) / 2, values.length - 1) * deviation) / Math.sqrt(values.length);
  return { low: centre - reach, high: centre + reach, level, method: 'student-t' };
}
