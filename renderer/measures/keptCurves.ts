import { curveOf, type BandKind, type CurvePoint } from '../../src/analysis/learningCurves.ts';
import { keptBy } from './lastUsed.ts';
import { centred, type Matrix } from './reading.ts';

/** Curves of every variant and band of a few selections; each takes little. */
const mostCurves = 200;
/** Deviations of 1,000 replicates over 200 epochs take 1.6 MB. */
const mostDeviations = 8;

/** By the numbers that they are of: a study that was read again has others. */
const curves = keptBy<readonly CurvePoint[]>(mostCurves);
const deviations = keptBy<Matrix>(mostDeviations);

/** {@link curveOf}, computed once for the same numbers: pages, bands and variants are gone back to. */
export function keptCurveOf(matrix: Matrix, rows: readonly number[], band: BandKind): readonly CurvePoint[] {
  return curves(matrix.values).get(`${band}/${rows.join()}`, () => curveOf(matrix, rows, band));
}

/** {@link centred}, computed once for the same numbers. */
export function keptCentred(matrix: Matrix, rows: readonly number[]): Matrix {
  return deviations(matrix.values).get(rows.join(), () => centred(matrix, rows));
}
