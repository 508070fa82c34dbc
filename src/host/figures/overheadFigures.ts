import type { FigureSource } from '../../figures/chart.ts';
import type { FigureEdits } from '../../figures/edits.ts';
import { overheadByNetworkFigure, overheadFigure, topKernelsFigure } from '../../figures/kinds/overhead.ts';
import type { DrawnMeasures } from '../../figures/measured.ts';
import type { FigureName } from '../../figures/names.ts';
import type { RowsChart } from '../../figures/chart.ts';
import type { MeasuredOverhead } from '../overhead/readOverheads.ts';

/** Figures of measurements of overhead: of no study. */
export type OverheadFigureName = Extract<FigureName, 'overhead' | 'figure6' | 'figure7' | 'figure8'>;

const names: ReadonlySet<FigureName> = new Set(['overhead', 'figure6', 'figure7', 'figure8']);

export const isOverheadFigure = (name: FigureName): name is OverheadFigureName => names.has(name);

/** What such a figure is made of, the first first; a sentence where it cannot be made. */
export type ChosenOverheads =
  { readonly overheads: readonly MeasuredOverhead[] } | { readonly missing: string };

const none =
  'Nothing in this library measures overhead, the time of deterministic against default execution. "noisefloor overhead mediumcnn-kernels-mini" measures it, and "noisefloor import" takes profiles in.';

const isMediumCnn = (model: string): boolean => /^mediumcnn/i.test(model);

const isTimed = ({ models }: MeasuredOverhead): boolean => models.some(({ settings }) => settings.length > 1);
const comparesDeterminism = ({ models }: MeasuredOverhead): boolean =>
  models.some(({ settings, profiles }) =>
    [...settings, ...profiles].some(({ setting }) => setting === 'deterministic'),
  );
const hasProfiles = ({ models }: MeasuredOverhead): boolean =>
  models.some(({ profiles }) => profiles.length > 0);

/** Which measurements a figure is made of. @param all of the library, the newest first. */
export function overheadsOf(name: OverheadFigureName, all: readonly MeasuredOverhead[]): ChosenOverheads {
  if (all.length === 0) return { missing: none };
  const first = (fits: (overhead: MeasuredOverhead) => boolean, missing: string): ChosenOverheads => {
    const found = all.find(fits);
    return found === undefined ? { missing } : { overheads: [found] };
  };
  switch (name) {
    case 'overhead':
      return first(isTimed, 'Nothing was timed in this library; it holds profiles alone.');
    case 'figure6': {
      const overheads = all.filter(comparesDeterminism);
      return overheads.length === 0
        ? { missing: 'No measurement of this library compares deterministic with default execution.' }
        : { overheads };
    }
    case 'figure7': {
      const overheads = all.filter(
        (overhead) =>
          comparesDeterminism(overhead) && overhead.models.some(({ model }) => isMediumCnn(model)),
      );
      return overheads.length === 0
        ? {
            missing:
              'No measurement of this library is of MediumCNN. "noisefloor overhead mediumcnn-kernels-mini" makes one.',
          }
        : { overheads };
    }
    case 'figure8':
      return first(
        hasProfiles,
        'No measurement of this library has times of single kernels. Take profiles of nvprof or nsys in with "noisefloor import".',
      );
  }
}

/** Draws a figure of measurements of overhead. @param overheads at least one. */
export function drawOverheads(
  name: OverheadFigureName,
  overheads: readonly MeasuredOverhead[],
  edits: FigureEdits,
): DrawnMeasures<RowsChart> {
  const [first] = overheads;
  if (first === undefined) throw new RangeError('A figure is made of something.');
  switch (name) {
    case 'overhead':
      return overheadFigure(first, edits);
    case 'figure6':
      return overheadByNetworkFigure(overheads, edits, () => true);
    case 'figure7':
      return overheadByNetworkFigure(overheads, edits, isMediumCnn);
    case 'figure8': {
      const model = first.models.find(({ profiles }) => profiles.length > 0);
      const [profile] = model?.profiles ?? [];
      if (model === undefined || profile === undefined)
        throw new RangeError('It was chosen for its profile.');
      return topKernelsFigure(model.model, profile, edits);
    }
  }
}

/** What a person may sort and hide. */
export function overheadSeries(name: OverheadFigureName, overheads: readonly MeasuredOverhead[]): string[] {
  if (name === 'overhead') return [...(overheads[0]?.settings.slice(1) ?? [])];
  if (name === 'figure8') return ['default', 'deterministic'];
  return [
    ...new Set(
      overheads.flatMap(({ models }) =>
        models.flatMap(({ device, profiles }) =>
          device === null ? profiles.map(({ profiler }) => `device time by ${profiler}`) : [device],
        ),
      ),
    ),
  ];
}

export function overheadSources(overheads: readonly MeasuredOverhead[]): FigureSource[] {
  return overheads.map(({ id, name, created }) => ({ study: id, name, revision: created, epoch: null }));
}
