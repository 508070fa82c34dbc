import type { NumberAxis, RowsPanel } from './chart.ts';

/** Where zero is an end, intervals are cut at so many times the largest value: that holds an SD's from eight replicates on. */
const reachBeyond = 2.3;

export interface Domain {
  readonly low: number;
  readonly high: number;
}

/** The range that a panel of rows shows. Long intervals do not make it: what goes beyond is cut, with an arrow. */
export function panelDomain({ axis, cells, band, extent }: RowsPanel): Domain {
  if (extent !== undefined) return extent;
  const marks = cells.flat();
  const values = marks.flatMap(({ value, dots }) => [
    ...(value === null ? [] : [value]),
    ...dots.map((dot) => dot.value),
  ]);
  if (values.length === 0) return { low: 0, high: 1 / axis.scale };
  const reach = band === null ? values : [...values, band.low, band.high];
  const [least, most] = [Math.min(...reach), Math.max(...reach)];
  const room = axis.fromZero ? (reachBeyond - 1) * most : 3 * (most - least);
  const ends = marks.flatMap(({ low, high }) => (low === null || high === null ? [] : [low, high]));
  const low = axis.fromZero ? 0 : Math.max(least - room, Math.min(least, ...ends));
  const high = Math.min(most + room, Math.max(most, ...ends));
  return widened({ low, high }, axis);
}

/** Whether an interval goes on beyond what a panel shows. */
export function goesBeyond(panel: RowsPanel): boolean {
  const { low, high } = panelDomain(panel);
  return panel.cells
    .flat()
    .some((mark) => (mark.high ?? Number.NEGATIVE_INFINITY) > high || (mark.low ?? low) < low);
}

/** Values that are all the same still need an axis around them. */
export function widened({ low, high }: Domain, axis: NumberAxis): Domain {
  if (high > low) return { low, high };
  if (axis.fromZero) return { low: 0, high: high > 0 ? 1.25 * high : 1 / axis.scale };
  const room = Math.max(Math.abs(high) * 0.01, 0.5 / axis.scale);
  return { low: low - room, high: high + room };
}
