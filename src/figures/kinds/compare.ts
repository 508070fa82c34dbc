import type { GroupComparison } from '../../analysis/compareGroups.ts';
import { detectableDifference } from '../../analysis/detectableDifference.ts';
import type { VariantAnalysis } from '../../analysis/summary.ts';
import { probability } from '../../analysis/wording.ts';
import { listAnd } from '../../study/nearest.ts';
import { exclusionWords, intervalWords, sentences } from '../caption.ts';
import type { RowsChart, RowsPanel } from '../chart.ts';
import { arranged, type FigureEdits } from '../edits.ts';
import type { DrawnMeasures, MeasuredStudy } from '../measured.ts';
import { looksOf } from '../palettes.ts';
import { arrowWords, valueMark, whyMissing } from '../rowMarks.ts';

/** A study's variant in which most varies comes first: what a reader would get. */
export function representative({ analysis }: MeasuredStudy): VariantAnalysis | undefined {
  return analysis.variants.find(({ name }) => name.toUpperCase() === 'ALGO+IMPL') ?? analysis.variants[0];
}

/** The difference of a study from the first, its interval and its tests, in words. */
function testWords(name: string, comparison: GroupComparison): string | null {
  const { difference, interval, pValue, permutation, isPaired } = comparison;
  if (difference === null) return null;
  const size = `${name} differs by ${points(difference)}`;
  if (interval === null || pValue === null)
    return `${size} percentage points, with too few replicates for a test`;
  const test = isPaired ? "Student's t of pairs that share their seeds" : "Welch's t";
  const dealt = permutation === null ? '' : `; permutation test ${probability(permutation.pValue)}`;
  return `${size} percentage points (95 % interval ${points(interval.low)} to ${points(interval.high)}; ${test}, ${probability(pValue)}${dealt})`;
}

/** All differences with their intervals, and zero, with some room. */
function aroundZero(comparisons: readonly GroupComparison[]): { low: number; high: number } {
  const ends = comparisons.flatMap(({ difference, interval }) => [
    difference ?? 0,
    interval?.low ?? 0,
    interval?.high ?? 0,
  ]);
  const [low, high] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const room = 0.08 * (high - low) || 0.001;
  return { low: low - room, high: high + room };
}

/** A difference of fractions in percentage points, with its sign. */
const points = (fraction: number): string => {
  const value = 100 * fraction;
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
};

/**
 * Test accuracy of studies on one test set, against the difference that so many replicates could have found, and how far
 * each lies from the first, with the test in the caption.
 * @param studies the first is the one that others are compared with.
 * @param comparisons with the first, by the other's id: the other less the first.
 */
export function compareFigure(
  studies: readonly MeasuredStudy[],
  comparisons: ReadonlyMap<string, GroupComparison>,
  edits: FigureEdits,
): DrawnMeasures<RowsChart> {
  const rows = studies.flatMap((measured) => {
    const variant = representative(measured);
    return variant === undefined ? [] : [{ name: measured.analysis.study.name, measured, variant }];
  });
  const look = looksOf(
    rows.map(({ name }) => name),
    edits,
  );
  const shown = arranged(rows, edits);
  const reference = rows[0]?.variant.accuracy;
  const mean = reference?.mean ?? null;
  const floor =
    reference === undefined || reference.sd === null ? null : detectableDifference(reference.n, reference.sd);
  const panel: RowsPanel = {
    axis: { title: 'Test accuracy (%)', scale: 100, fromZero: false, highest: 1 },
    band:
      floor === null || mean === null
        ? null
        : { low: mean - floor, high: mean + floor, label: 'within the noise floor' },
    cells: shown.map(({ name, measured, variant }) => [
      valueMark(name, look(name), variant.accuracy.mean, variant.accuracy.interval, {
        dots: edits.replicates === false ? [] : (measured.accuracies.get(variant.name) ?? []),
        note: whyMissing(variant.accuracy.n, 'accuracy'),
      }),
    ]),
  };
  const comparisonOf = ({ measured }: (typeof rows)[number]): GroupComparison | null =>
    comparisons.get(measured.analysis.study.id) ?? null;
  const differences: RowsPanel = {
    axis: {
      title: 'Difference (percentage points)',
      ...{ scale: 100, fromZero: false },
    },
    band: null,
    extent: aroundZero([...comparisons.values()]),
    cells: shown.map((row) => {
      const comparison = comparisonOf(row);
      const note = comparison === null ? 'reference' : 'not measured';
      const { difference = null, interval: reach = null } = comparison ?? {};
      return [valueMark(row.name, look(row.name), difference, reach, { note })];
    }),
  };
  const tests = shown.flatMap((row) => {
    const comparison = comparisonOf(row);
    return comparison === null ? [] : [testWords(row.name, comparison)];
  });
  const interval = intervalWords(shown.map(({ variant }) => variant.accuracy.interval));
  const counts = shown.map(
    ({ name, measured, variant }) =>
      `${variant.accuracy.n} of ${name} (${variant.name}, epoch ${measured.analysis.epoch})`,
  );
  return {
    chart: {
      kind: 'rows',
      rows: shown.map(({ name }) => ({ label: name, isHeading: false })),
      panels: [panel, differences],
      legend: [],
    },
    caption: sentences(
      `Test accuracy of studies on one test set, replicates: ${listAnd(counts)}; epochs are counted from 0`,
      'Small marks are replicates',
      interval === null ? null : `Large marks are means with the ${interval}`,
      floor === null
        ? null
        : `Shaded: differences from ${rows[0]?.name ?? ''} that its number of replicates could not detect (two-sided 5 % test, 80 % power)`,
      tests.length === 0 ? null : `Differences are from ${rows[0]?.name ?? ''}`,
      ...tests,
      arrowWords([panel, differences]),
      ...shown.map(({ name, variant }) => {
        const words = exclusionWords([variant]);
        return words === null ? null : `${words}, all of ${name}`;
      }),
    ),
  };
}
