import chiSquareQuantile from '@stdlib/stats-base-dists-chisquare-quantile';
import { usualLevel, type Interval } from './interval.ts';

/** Numbers to be read one after the other. */
export type Numbers = readonly number[] | Float64Array;

const quantiles = new Map<string, number>();

/** Chi-square's quantile, which takes long to find and is asked for again and again. */
function quantileOf(probability: number, freedom: number): number {
  const key = `${probability}/${freedom}`;
  const known = quantiles.get(key) ?? chiSquareQuantile(probability, freedom);
  quantiles.set(key, known);
  return known;
}

/** Sum of squared deviations from the mean, in two passes; exactly 0 of equal values. */
export function squaredDeviations(values: Numbers): number {
  const first = values[0] ?? 0;
  let shift = 0;
  for (const value of values) shift += value - first;
  shift /= values.length;
  let sum = 0;
  for (const value of values) sum += (value - first - shift) ** 2;
  return sum;
}

/**
 * Standard deviation, or null where there are too few values for it.
 * @param ddof 1 divides by n - 1 (the study's replicates as a sample, the usual form); 0 divides by n, as the
 * paper's reference code does.
 */
export function standardDeviation(values: Numbers, ddof: 0 | 1 = 1): number | null {
  if (values.length <= ddof) return null;
  return Math.sqrt(squaredDeviations(values) / (values.length - ddof));
}

/**
 * Interval of the standard deviation that the values were drawn with, from the chi-square distribution of
 * (n - 1) s^2 / sigma^2. It supposes roughly normal values. Null below two values.
 */
export function standardDeviationInterval(values: Numbers, level = usualLevel): Interval | null {
  const freedom = values.length - 1;
  if (freedom < 1) return null;
  const squares = squaredDeviations(values);
  return {
    low: Math.sqrt(squares / quantileOf((1 + level) / 2, freedom)),
    high: Math.sqrt(squares / quantileOf((1 - level) / 2, freedom)),
    level,
    method: 'chi-square',
  };
}
