/** How an interval was made; statistics and sources are named where each is computed. */
export type IntervalMethod = 'student-t' | 'chi-square' | 'jackknife-t' | 'bootstrap-t';

/** A confidence interval. Null takes its place where there are too few replicates to say anything. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** Confidence level, a fraction. */
  readonly level: number;
  readonly method: IntervalMethod;
}

/** The level used where none is asked for. */
export const usualLevel = 0.95;

/** The number itself, or null where a computation had no finite result: the outside never sees NaN or infinity. */
export function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
