import { valueAt, valuesAt, type Matrix } from '../../src/analysis/learningCurves.ts';
import { mean } from '../../src/analysis/mean.ts';
import type { Metric } from './metric.ts';

export { valueAt, valuesAt, type Matrix };

/** How a whole training run becomes one number. */
export const readings = ['last', 'best', 'mean'] as const;
export type Reading = (typeof readings)[number];

/** @returns the deviations of the rows that are named from their mean after each epoch; other rows are NaN. */
export function centred(matrix: Matrix, rows: readonly number[]): Matrix {
  const { epochs } = matrix;
  const values = new Float64Array(matrix.values.length).fill(Number.NaN);
  const centres = new Float64Array(epochs).fill(Number.NaN);
  for (let epoch = 0; epoch < epochs; epoch++) {
    const centre = mean(valuesAt(matrix, rows, epoch));
    if (centre !== null) centres[epoch] = centre;
  }
  for (const row of rows) {
    const start = row * epochs;
    for (let epoch = 0; epoch < epochs; epoch++) {
      const value = matrix.values[start + epoch] ?? Number.NaN;
      if (Number.isFinite(value)) values[start + epoch] = value - (centres[epoch] ?? Number.NaN);
    }
  }
  return { epochs, values };
}

interface HowToRead {
  readonly epoch: number;
  readonly reading: Reading;
  readonly metric: Metric;
  /** How many of the last epochs a mean is of; null is all. */
  readonly meanOf?: number | null;
}

function firstOfMean(epoch: number, meanOf: number | null): number {
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

/** What a reading is called in a caption. */
export function readingCaption(reading: Reading, epoch: number, meanOf: number | null = null): string {
  if (reading === 'last') return `after epoch ${epoch}`;
  return reading === 'best'
    ? `best of epochs 0 to ${epoch}`
    : `mean of epochs ${firstOfMean(epoch, meanOf)} to ${epoch}`;
}
