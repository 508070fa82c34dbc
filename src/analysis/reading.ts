import { valueAt, type Matrix } from './learningCurves.ts';
import { mean } from './mean.ts';

/** How a whole training run becomes one number. */
export const readings = ['last', 'best', 'mean'] as const;
export type Reading = (typeof readings)[number];

interface HowToRead {
  readonly epoch: number;
  readonly reading: Reading;
  readonly metric: { readonly better: 'higher' | 'lower' };
  /** How many of the last epochs a mean is of; null is all. */
  readonly meanOf?: number | null;
}

/** The first of the epochs that a mean is of. */
export function firstOfMean(epoch: number, meanOf: number | null): number {
  return meanOf === null ? 0 : Math.max(0, epoch - meanOf + 1);
}

/**
 * One number of a replicate: its value after an epoch, or the best, or the arithmetic mean, of the epochs up to and
 * including it; the mean may be of the last few. A replicate that has not reached the epoch has no number, so that all are read over the same epochs.
 */
export function readReplicate(
  matrix: Matrix,
  row: number,
  { epoch, reading, metric, meanOf = null }: HowToRead,
): number | null {
  const last = valueAt(matrix, row, epoch);
  if (last === null || reading === 'last') return last;
  const values: number[] = [];
  const start = reading === 'mean' ? firstOfMean(epoch, meanOf) : 0;
  for (let at = start; at <= epoch; at++) {
    const value = valueAt(matrix, row, at);
    if (value !== null) values.push(value);
  }
  if (reading === 'mean') return mean(values);
  return metric.better === 'higher' ? Math.max(...values) : Math.min(...values);
}
