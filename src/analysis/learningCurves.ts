import { mean, meanInterval } from './mean.ts';
import { quantileOfSorted } from './quantile.ts';
import { standardDeviation } from './standardDeviation.ts';

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

/** What the band around a learning curve shows. */
export const bandKinds = ['interval', 'deviation', 'quartiles', 'range'] as const;
export type BandKind = (typeof bandKinds)[number];

export const bandLabels: Readonly<Record<BandKind, string>> = {
  interval: '95 % interval of the mean',
  deviation: 'mean ± 1 SD',
  quartiles: 'quartiles, the middle half',
  range: 'lowest to highest',
};

export interface CurvePoint {
  readonly epoch: number;
  readonly n: number;
  readonly mean: number;
  /** Null where there are too few replicates for a band. */
  readonly low: number | null;
  readonly high: number | null;
}

/** The mean of a variant's replicates after every epoch that any reached, with a band. */
export function curveOf(matrix: Matrix, rows: readonly number[], kind: BandKind): CurvePoint[] {
  const points: CurvePoint[] = [];
  for (let epoch = 0; epoch < matrix.epochs; epoch++) {
    const values = valuesAt(matrix, rows, epoch);
    const centre = mean(values);
    if (centre === null) continue;
    points.push({ epoch, n: values.length, mean: centre, ...bandOf(values, centre, kind) });
  }
  return points;
}

function bandOf(
  values: Float64Array,
  centre: number,
  kind: BandKind,
): { low: number | null; high: number | null } {
  if (kind === 'range') return { low: Math.min(...values), high: Math.max(...values) };
  if (kind === 'quartiles') {
    const sorted = values.toSorted((one, other) => one - other);
    return { low: quantileOfSorted(sorted, 0.25), high: quantileOfSorted(sorted, 0.75) };
  }
  if (kind === 'interval') {
    const interval = meanInterval(values);
    return { low: interval?.low ?? null, high: interval?.high ?? null };
  }
  const deviation = standardDeviation(values);
  return deviation === null
    ? { low: null, high: null }
    : { low: centre - deviation, high: centre + deviation };
}
