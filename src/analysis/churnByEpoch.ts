import { churn } from './churn.ts';
import { usualLevel } from './interval.ts';
import type { PairMean } from './pairMean.ts';
import { predictionsFromRows, type ClassIndices } from './predictions.ts';

/** What a variant's replicates predicted at the end of an epoch. */
export interface EpochPredictions {
  /** Counted from 0. */
  readonly epoch: number;
  /** One row a replicate, of those that reached the epoch. */
  readonly rows: readonly ClassIndices[];
}

/** Churn at the end of an epoch. */
export interface EpochChurn extends PairMean {
  readonly epoch: number;
  /** Replicates with predictions. */
  readonly n: number;
}

/**
 * How the churn of a variant develops over training, in the order given.
 * @throws NoisefloorError `predictions-mismatch` when the rows of an epoch differ in length.
 */
export function churnByEpoch(epochs: readonly EpochPredictions[], level = usualLevel): EpochChurn[] {
  return epochs.map(({ epoch, rows }) => ({ epoch, n: rows.length, ...churnOf(rows, level) }));
}

/** Churn of rows of predictions; null where there are none. */
export function churnOf(rows: readonly ClassIndices[], level = usualLevel): PairMean {
  return rows.length === 0 ? { mean: null, interval: null } : churn(predictionsFromRows(rows), level);
}
