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
  for (let index = 0; index < values.length; index += 1) shift += (values[index] ?? 0) - first;
  shift /= values.length;
  let sum = 0;
  for (let index = 0; index < values.length; index += 1) {
    sum += ((values[index] ?? 0) - first - shift) ** 2;
  }
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
  const factors = standardDeviationFactors(values.length, level);
  const sd = standardDeviation(values);
  if (factors === null || sd === null) return null;
  return { low: sd * factors.low, high: sd * factors.high, level, method: 'chi-square' };
}

/** By what the ends of {@link standardDeviationInterval} are multiples of the standard deviation; null below two values. */
export function standardDeviationFactors(
  count: number,
  level = usualLevel,
): { low: number; high: number } | null {
  const freedom = count - 1;
  if (freedom < 1) return null;
  return {
    low: Math.sqrt(freedom / quantileOf((1 + level) / 2, freedom)),
    high: Math.sqrt(freedom / quantileOf((1 - level) / 2, freedom)),
  };
}
