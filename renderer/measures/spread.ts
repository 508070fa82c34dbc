import type { Interval } from '../../src/analysis/interval.ts';
import { mean, meanInterval } from '../../src/analysis/mean.ts';
import { standardDeviation, standardDeviationInterval } from '../../src/analysis/standardDeviation.ts';

/** One replicate's number. */
export interface Point {
  readonly replicate: string;
  readonly index: number;
  readonly value: number;
}

/** The replicates of a variant, and how far they spread; null where there are too few. */
export interface Spread {
  readonly variant: string;
  readonly points: readonly Point[];
  readonly mean: number | null;
  /** Student t. */
  readonly meanInterval: Interval | null;
  /** Dividing by n - 1. */
  readonly sd: number | null;
  /** Chi-square. */
  readonly sdInterval: Interval | null;
}

export function spreadOf(variant: string, points: readonly Point[]): Spread {
  const values = points.map(({ value }) => value);
  return {
    variant,
    points,
    mean: mean(values),
    meanInterval: meanInterval(values),
    sd: standardDeviation(values),
    sdInterval: standardDeviationInterval(values),
  };
}
