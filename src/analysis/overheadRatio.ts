import type { Interval } from './interval.ts';
import { usualLevel } from './interval.ts';
import { mean, meanInterval } from './mean.ts';

/** How much longer one execution takes than another. */
export interface OverheadRatio {
  /** Time of the one over time of the other: 1.4 is 40 % more. Null without trials. */
  readonly ratio: number | null;
  /** Null below two rounds. */
  readonly interval: Interval | null;
  /** Rounds in which both were timed. */
  readonly n: number;
}

/**
 * The ratio of two times over interleaved rounds: the geometric mean of the ratios within rounds, with the Student t interval
 * of their logarithms, because times spread by factors and a slow minute slows both of a round (Fleming and Wallace 1986, for
 * the geometric mean).
 * @param baseline seconds of each round, and of the same rounds in `other`; all above 0.
 */
export function overheadRatio(
  baseline: readonly number[],
  other: readonly number[],
  level = usualLevel,
): OverheadRatio {
  const n = Math.min(baseline.length, other.length);
  const logs = Array.from({ length: n }, (_, round) =>
    Math.log((other[round] ?? Number.NaN) / (baseline[round] ?? Number.NaN)),
  );
  const centre = mean(logs);
  const interval = meanInterval(logs, level);
  return {
    ratio: centre === null ? null : Math.exp(centre),
    interval:
      interval === null ? null : { ...interval, low: Math.exp(interval.low), high: Math.exp(interval.high) },
    n,
  };
}
