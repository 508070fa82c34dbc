import studentQuantile from '@stdlib/stats-base-dists-t-quantile';
import { finiteOrNull, usualLevel, type Interval } from './interval.ts';

/** The mean of a measure over all pairs of replicates, with its interval. */
export interface PairMean {
  /** Null below two replicates. */
  readonly mean: number | null;
  /** Null below three replicates: with two, leaving one out leaves no pair. */
  readonly interval: Interval | null;
}

/**
 * Mean over the R (R - 1) / 2 pairs of replicates and its delete-one-replicate jackknife interval with Student t
 * (R - 1 degrees of freedom). Pairs that share a replicate depend on each other, so they are never treated as
 * independent. The interval is cut to the range the measure can have.
 * @param sums for each replicate, the sum of the measure over its R - 1 pairs; [R].
 * @param highest the largest value the measure can have; the smallest is 0.
 */
export function pairMean(sums: ArrayLike<number>, highest: number, level = usualLevel): PairMean {
  const replicates = sums.length;
  if (replicates < 2) return { mean: null, interval: null };
  let total = 0;
  for (let replicate = 0; replicate < replicates; replicate++) total += sums[replicate] ?? 0;
  const mean = finiteOrNull(total / (replicates * (replicates - 1)));
  if (mean === null || replicates < 3) return { mean, interval: null };
  let squares = 0;
  for (let replicate = 0; replicate < replicates; replicate++) {
    const without = (total - 2 * (sums[replicate] ?? 0)) / ((replicates - 1) * (replicates - 2));
    squares += (without - mean) ** 2;
  }
  const error = Math.sqrt(((replicates - 1) / replicates) * squares);
  const reach = studentQuantile((1 + level) / 2, replicates - 1) * error;
  return {
    mean,
    interval: {
      low: Math.max(0, mean - reach),
      high: Math.min(highest, mean + reach),
      level,
      method: 'jackknife-t',
    },
  };
}
