import { mean } from '../../src/analysis/mean.ts';
import type { Metric } from './metric.ts';

/** How a whole training run becomes one number. */
export const readings = ['last', 'best', 'mean'] as const;
export type Reading = (typeof readings)[number];

/** A metric of many replicates over epochs: row-major [replicates, epochs], NaN where nothing was recorded. */
export interface Matrix {
  readonly epochs: number;
  readonly values: Float64Array;
}

/** @returns a replicate's value after an epoch, or null where there is none. */
export function valueAt({ epochs, values }: Matrix, row: number, epoch: number): number | null {
  const value = values[row * epochs + epoch] ?? Number.NaN;
  return Number.isFinite(value) ? value : null;
}

/** @returns the values of rows after an epoch, without those that have none. */
export function valuesAt({ epochs, values }: Matrix, rows: readonly number[], epoch: number): Float64Array {
  const found = new Float64Array(rows.length);
  let count = 0;
  for (const row of rows) {
    const value = values[row * epochs + epoch] ?? Number.NaN;
    if (Number.isFinite(value)) found[count++] = value;
  }
  return found.subarray(0, count);
}

/** @returns the deviations of the rows that are named from their mean after each epoch; other rows are NaN. */
export function centred(matrix: Matrix, rows: readonly number[]): Matrix {
  const { epochs } = matrix;
  const values = new Float64Array(matrix.values.length).fill(Number.NaN);
  for (let epoch = 0; epoch < epochs; epoch++) {
    const centre = mean(valuesAt(matrix, rows, epoch));
    if (centre === null) continue;
    for (const row of rows) {
      const at = row * epochs + epoch;
      const value = matrix.values[at] ?? Number.NaN;
      values[at] = Number.isFinite(value) ? value - centre : Number.NaN;
    }
  }
  return { epochs, values };
}

/**
 * One number of a replicate: its value after an epoch, or the best, or the arithmetic mean, of the epochs up to and
 * including it. A replicate that has not reached the epoch has no number, so that all are read over the same epochs.
 */
export function readReplicate(
  matrix: Matrix,
  row: number,
  { epoch, reading, metric }: { epoch: number; reading: Reading; metric: Metric },
): number | null {
  const last = valueAt(matrix, row, epoch);
  if (last === null || reading === 'last') return last;
  const values: number[] = [];
  for (let at = 0; at <= epoch; at++) {
    const value = valueAt(matrix, row, at);
    if (value !== null) values.push(value);
  }
  if (reading === 'mean') return mean(values);
  return metric.better === 'higher' ? Math.max(...values) : Math.min(...values);
}

/** What a reading is called in a caption. */
export function readingCaption(reading: Reading, epoch: number): string {
  if (reading === 'last') return `after epoch ${epoch}`;
  return reading === 'best' ? `best of epochs 0 to ${epoch}` : `mean of epochs 0 to ${epoch}`;
}
