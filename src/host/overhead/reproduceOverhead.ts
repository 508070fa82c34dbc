import { stringify } from 'csv-stringify/sync';
import type { Interval } from '../../analysis/interval.ts';
import { NoisefloorError } from '../../study/errors.ts';
import type { OverheadPreset } from '../../study/overheadPresets.ts';
import type { MeasuredOverhead } from './readOverheads.ts';

/** A network of the paper's figure 6. */
export interface OverheadRow {
  readonly model: string;
  /** Deterministic over default; null where it was not measured. */
  readonly ratio: number | null;
  readonly interval: Interval | null;
  /** Id of the measurement. */
  readonly measurement: string;
}

/**
 * The newest measurement that has every network of a preset under default and deterministic execution.
 * @param all the newest first.
 */
export function matchingOverhead(
  preset: OverheadPreset,
  all: readonly MeasuredOverhead[],
): MeasuredOverhead | null {
  return (
    all.find(
      ({ name, models }) =>
        name === preset.name &&
        preset.models.every(({ name: wanted }) =>
          models.some(
            ({ model, settings, failure }) =>
              model === wanted &&
              (failure !== null || settings.some(({ setting, n }) => setting === 'deterministic' && n > 0)),
          ),
        ),
    ) ?? null
  );
}

/** Time of deterministic over default execution by the clock, of every network. */
export function overheadRows({ id, models }: MeasuredOverhead): OverheadRow[] {
  return models.map(({ model, settings }) => {
    const found = settings.find(({ setting }) => setting === 'deterministic');
    return { model, ratio: found?.ratio ?? null, interval: found?.interval ?? null, measurement: id };
  });
}

/**
 * The same as the reference's script computes it, of profiles of nvprof: the mean of a profile's first row over its share.
 * @throws NoisefloorError `reproduction-unavailable` where the library has none.
 */
export function referenceOverheadRows(all: readonly MeasuredOverhead[]): OverheadRow[] {
  const rows = all.flatMap(({ id, models }) =>
    models.flatMap(({ model, profiles }) =>
      profiles.flatMap(({ referenceRatio }): OverheadRow[] =>
        referenceRatio === null ? [] : [{ model, ratio: referenceRatio, interval: null, measurement: id }],
      ),
    ),
  );
  if (rows.length > 0) return rows;
  throw new NoisefloorError(
    'reproduction-unavailable',
    'The reference\'s script reads profiles of nvprof, and this library has none. Take some in with "noisefloor import", or leave --as-reference out.',
  );
}

/** The file of the figure as the reference lays it out. */
export function overheadCsv(rows: readonly OverheadRow[]): string {
  return stringify([['Model', 'Overhead'], ...rows.map(({ model, ratio }) => [model, ratio])]);
}
