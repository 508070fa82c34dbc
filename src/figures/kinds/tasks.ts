import { countWords, exclusionWords, intervalWords, sentences } from '../caption.ts';
import type { ChartRow, RowMark, RowsChart, RowsPanel } from '../chart.ts';
import { arranged, type FigureEdits } from '../edits.ts';
import type { DrawnMeasures, MeasuredStudy } from '../measured.ts';
import { looksOf } from '../palettes.ts';
import { arrowWords, spreadMeasures, valueMark, whyMissing } from '../rowMarks.ts';

/** A study under the heading that it has in a figure. */
export interface TaskGroup {
  readonly heading: string;
  readonly measured: MeasuredStudy;
}

type Variant = MeasuredStudy['analysis']['variants'][number];

/** Variants under a heading for each study; one study needs none. */
function rowsOf(
  groups: readonly TaskGroup[],
  edits: FigureEdits,
): { rows: ChartRow[]; variants: (Variant | null)[] } {
  const headed = groups.length > 1;
  const lines = groups.flatMap(({ heading, measured }) => [
    ...(headed ? [{ row: { label: heading, isHeading: true }, variant: null }] : []),
    ...arranged(measured.analysis.variants, edits).map((variant) => ({
      row: { label: variant.name, isHeading: false },
      variant,
    })),
  ]);
  return { rows: lines.map(({ row }) => row), variants: lines.map(({ variant }) => variant) };
}

function looksOfAll(groups: readonly TaskGroup[], edits: FigureEdits) {
  const names = groups.flatMap(({ measured }) => measured.analysis.variants.map(({ name }) => name));
  return looksOf([...new Set(names)], edits);
}

function countsOf(groups: readonly TaskGroup[], edits: FigureEdits): string {
  const said = groups.map(({ heading, measured }) => {
    const variants = arranged(measured.analysis.variants, edits);
    const what = groups.length === 1 ? measured.task : heading;
    return `${what} after epoch ${measured.analysis.epoch} (counted from 0), ${countWords(variants)}`;
  });
  return said.join('; ');
}

function exclusions(groups: readonly TaskGroup[]): (string | null)[] {
  return groups.map(({ heading, measured }) => {
    const words = exclusionWords(measured.analysis.variants);
    return words === null || groups.length === 1 ? words : `${words}, all of ${heading}`;
  });
}

/** The paper's panels: SD of accuracy, churn and L2 distance, by task and variant. */
export function spreadFigure(groups: readonly TaskGroup[], edits: FigureEdits): DrawnMeasures<RowsChart> {
  const look = looksOfAll(groups, edits);
  const { rows, variants } = rowsOf(groups, edits);
  const panels = spreadMeasures.map(({ axis, mark }): RowsPanel => {
    const cells = variants.map((variant) => (variant === null ? [] : [mark(variant, look(variant.name))]));
    return { axis, band: null, cells };
  });
  const measured = variants.filter((variant) => variant !== null);
  const intervals = spreadMeasures.map(({ axis, interval }) => {
    const words = intervalWords(measured.map(interval));
    return words === null ? null : `${axis.title.replace(/\s*\(.*$/, '')}: ${words}`;
  });
  return {
    chart: { kind: 'rows', rows, panels, legend: [] },
    caption: sentences(
      countsOf(groups, edits),
      `Bars: ${intervals.filter((words) => words !== null).join('; ') || 'none, for want of replicates'}`,
      ...spreadMeasures.map(({ definition }) => definition),
      arrowWords(panels),
      ...exclusions(groups),
    ),
  };
}

/** The class that spreads most against all classes together, by task and variant. */
export function largestClassFigure(
  groups: readonly TaskGroup[],
  edits: FigureEdits,
): DrawnMeasures<RowsChart> {
  const look = looksOfAll(groups, edits);
  const { rows, variants } = rowsOf(groups, edits);
  const axis = { scale: 100, fromZero: true } as const;
  const panel = (title: string, mark: (variant: Variant) => RowMark): RowsPanel => ({
    axis: { ...axis, title },
    band: null,
    cells: variants.map((variant) => (variant === null ? [] : [mark(variant)])),
  });
  const panels = [
    panel('SD of accuracy, all classes (percentage points)', ({ name, accuracy }) =>
      valueMark(name, look(name), accuracy.sd, accuracy.sdInterval, {
        note: whyMissing(accuracy.n, 'accuracy'),
      }),
    ),
    panel('SD of accuracy, class that spreads most (percentage points)', ({ name, accuracy, perClassSd }) => {
      const deviations = (perClassSd ?? []).flatMap(({ sd }) => (sd === null ? [] : [sd]));
      const largest = deviations.length === 0 ? null : Math.max(...deviations);
      return valueMark(name, look(name), largest, null, { note: whyMissing(accuracy.n, 'predictions') });
    }),
  ];
  const interval = intervalWords(variants.map((variant) => variant?.accuracy.sdInterval ?? null));
  return {
    chart: { kind: 'rows', rows, panels, legend: [] },
    caption: sentences(
      countsOf(groups, edits),
      'SD divides by n − 1; the largest of many is large by chance alone, so compare it with the null of independent errors',
      interval === null ? null : `Bars: ${interval}`,
      arrowWords(panels),
      ...exclusions(groups),
    ),
  };
}
