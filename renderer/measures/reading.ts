import { valueAt, valuesAt, type Matrix } from '../../src/analysis/learningCurves.ts';
import { mean } from '../../src/analysis/mean.ts';
import { firstOfMean, type Reading } from '../../src/analysis/reading.ts';

export { valueAt, valuesAt, type Matrix };

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

/** What a reading is called in a caption. */
export function readingCaption(reading: Reading, epoch: number, meanOf: number | null = null): string {
  if (reading === 'last') return `after epoch ${epoch}`;
  return reading === 'best'
    ? `best of epochs 0 to ${epoch}`
    : `mean of epochs ${firstOfMean(epoch, meanOf)} to ${epoch}`;
}
