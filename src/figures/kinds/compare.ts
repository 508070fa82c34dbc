import { detectableDifference } from '../../analysis/detectableDifference.ts';
import type { VariantAnalysis } from '../../analysis/summary.ts';
import { listAnd } from '../../study/nearest.ts';
import { exclusionWords, intervalWords, sentences } from '../caption.ts';
import type { RowsChart, RowsPanel } from '../chart.ts';
import { arranged, type FigureEdits } from '../edits.ts';
import type { DrawnMeasures, MeasuredStudy } from '../measured.ts';
import { looksOf } from '../palettes.ts';
import { arrowWords, valueMark, whyMissing } from '../rowMarks.ts';

/** A study's variant in which most varies comes first: what a reader would get. */
function representative({ analysis }: MeasuredStudy): VariantAnalysis | undefined {
  return analysis.variants.find(({ name }) => name.toUpperCase() === 'ALGO+IMPL') ?? analysis.variants[0];
}

/**
 * Test accuracy of studies on one test set, against the difference that so many replicates could have found.
 * @param studies the first is the one that others are compared with.
 */
export function compareFigure(
  studies: readonly MeasuredStudy[],
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
  const interval = intervalWords(shown.map(({ variant }) => variant.accuracy.interval));
  const counts = shown.map(
    ({ name, measured, variant }) =>
      `${variant.accuracy.n} of ${name} (${variant.name}, epoch ${measured.analysis.epoch})`,
  );
  return {
    chart: {
      kind: 'rows',
      rows: shown.map(({ name }) => ({ label: name, isHeading: false })),
      panels: [panel],
      legend: [],
    },
    caption: sentences(
      `Test accuracy of studies on one test set, replicates: ${listAnd(counts)}; epochs are counted from 0`,
      'Small marks are replicates',
      interval === null ? null : `Large marks are means with the ${interval}`,
      floor === null
        ? null
        : `Shaded: differences from ${rows[0]?.name ?? ''} that its number of replicates could not detect (two-sided 5 % test, 80 % power)`,
      arrowWords([panel]),
      ...shown.map(({ name, variant }) => {
        const words = exclusionWords([variant]);
        return words === null ? null : `${words}, all of ${name}`;
      }),
    ),
  };
}
