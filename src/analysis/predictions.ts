import { NoisefloorError } from '../study/errors.ts';

/** Class indices, one an example: bytes up to 256 classes, 16-bit words up to 65,536. */
export type ClassIndices = Uint8Array | Uint16Array;

/** The predictions of several replicates on the same test examples in the same order, row-major [replicates, examples]. */
export interface Predictions {
  readonly replicates: number;
  readonly examples: number;
  readonly data: ClassIndices;
}

/**
 * Lays the predictions of several replicates, one row each, into one block of memory.
 * @param rows one array of class indices a replicate, all as long; bytes and words may be mixed.
 * @throws NoisefloorError `predictions-mismatch` when rows differ in length or there is none.
 */
export function predictionsFromRows(rows: readonly ClassIndices[]): Predictions {
  const examples = rows[0]?.length;
  if (examples === undefined) {
    throw new NoisefloorError(
      'predictions-mismatch',
      'There are no predictions: give at least one replicate.',
    );
  }
  const different = rows.findIndex((row) => row.length !== examples);
  if (different !== -1) {
    throw new NoisefloorError(
      'predictions-mismatch',
      `Predictions must cover the same test examples: row 0 has ${examples}, row ${different} has ${rows[different]?.length}. Compare replicates of one test set only.`,
      { details: { row: different } },
    );
  }
  const wide = rows.some((row) => row instanceof Uint16Array);
  const data = new (wide ? Uint16Array : Uint8Array)(rows.length * examples);
  rows.forEach((row, replicate) => data.set(row, replicate * examples));
  return { replicates: rows.length, examples, data };
}

/** The predictions of one replicate: a view, not a copy. */
export function rowOf(predictions: Predictions, replicate: number): ClassIndices {
  const { data, examples } = predictions;
  return data.subarray(replicate * examples, (replicate + 1) * examples);
}
