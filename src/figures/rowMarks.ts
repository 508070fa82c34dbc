import type { Interval } from '../analysis/interval.ts';
import type { VariantAnalysis } from '../analysis/summary.ts';
import type { Appearance } from './appearance.ts';
import type { Dot, NumberAxis, RowMark, RowsPanel } from './chart.ts';
import { goesBeyond } from './domain.ts';

/** A value with its interval; where there is no value, why. */
export function valueMark(
  series: string,
  look: Appearance,
  value: number | null,
  interval: Interval | null,
  given: { dots?: readonly Dot[]; note?: string | null } = {},
): RowMark {
  return {
    series,
    look,
    value: value !== null && Number.isFinite(value) ? value : null,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    dots: (given.dots ?? []).filter((dot) => Number.isFinite(dot.value)),
    note: given.note ?? null,
  };
}

/** Why a measure of pairs or of spread says nothing. */
export function whyMissing(n: number, what: string): string {
  if (n === 0) return `no ${what} recorded`;
  return n === 1 ? 'one replicate' : 'not measured';
}

/** A measure of a variant that stands in one panel of the figures of spread. */
export interface SpreadMeasure {
  readonly axis: NumberAxis;
  readonly mark: (variant: VariantAnalysis, look: Appearance) => RowMark;
  readonly interval: (variant: VariantAnalysis) => Interval | null;
  readonly definition: string;
}

/** The paper's three measures, in its order. */
export const spreadMeasures: readonly SpreadMeasure[] = [
  {
    axis: { title: 'SD of test accuracy (percentage points)', scale: 100, fromZero: true },
    mark: ({ name, accuracy }, look) =>
      valueMark(name, look, accuracy.sd, accuracy.sdInterval, { note: whyMissing(accuracy.n, 'accuracy') }),
    interval: ({ accuracy }) => accuracy.sdInterval,
    definition: 'SD divides by n − 1',
  },
  {
    axis: { title: 'Churn (%)', scale: 100, fromZero: true, highest: 1 },
    mark: ({ name, churn }, look) =>
      valueMark(name, look, churn.mean, churn.interval, { note: whyMissing(churn.n, 'predictions') }),
    interval: ({ churn }) => churn.interval,
    definition:
      'churn is the fraction of test examples on which two replicates predict different classes, averaged over all pairs',
  },
  {
    axis: { title: 'L2 distance of weights', scale: 1, fromZero: true },
    mark: ({ name, l2 }, look) =>
      valueMark(name, look, l2.mean, l2.interval, { note: whyMissing(l2.n, 'weights') }),
    interval: ({ l2 }) => l2.interval,
    definition:
      'L2 is the Euclidean distance between the flattened trainable weights of two replicates, averaged over all pairs',
  },
];

/** Said under a chart whose axes do not hold every interval. */
export function arrowWords(panels: readonly RowsPanel[]): string | null {
  return panels.some(goesBeyond) ? 'An arrow marks an interval that goes on' : null;
}
