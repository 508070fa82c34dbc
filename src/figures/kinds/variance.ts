import type { StudyAnalysis } from '../../analysis/summary.ts';
import { countWords, exclusionWords, intervalWords, sentences } from '../caption.ts';
import type { RowsChart, RowsPanel } from '../chart.ts';
import { arranged, type FigureEdits } from '../edits.ts';
import type { DrawnMeasures, MeasuredStudy } from '../measured.ts';
import { looksOf } from '../palettes.ts';
import { arrowWords, spreadMeasures, valueMark, whyMissing } from '../rowMarks.ts';

/** Test accuracy of every replicate with the mean of each variant, and beside it the standard deviation. */
export function varianceFigure(measured: MeasuredStudy, edits: FigureEdits): DrawnMeasures<RowsChart> {
  const { analysis, accuracies, task } = measured;
  const look = looksOf(namesOf(analysis), edits);
  const variants = arranged(analysis.variants, edits);
  const accuracyPanel: RowsPanel = {
    axis: { title: 'Test accuracy (%)', scale: 100, fromZero: false, highest: 1 },
    band: null,
    cells: variants.map(({ name, accuracy }) => [
      valueMark(name, look(name), accuracy.mean, accuracy.interval, {
        dots: edits.replicates === false ? [] : (accuracies.get(name) ?? []),
        note: whyMissing(accuracy.n, 'accuracy'),
      }),
    ]),
  };
  const panels = [
    accuracyPanel,
    ...spreadMeasures.slice(0, 1).map(({ axis, mark }) => ({
      axis,
      band: null,
      cells: variants.map((variant) => [mark(variant, look(variant.name))]),
    })),
  ];
  const ofMean = intervalWords(variants.map(({ accuracy }) => accuracy.interval));
  const ofDeviation = intervalWords(variants.map(({ accuracy }) => accuracy.sdInterval));
  return {
    chart: {
      kind: 'rows',
      rows: variants.map(({ name }) => ({ label: name, isHeading: false })),
      panels,
      legend: [],
    },
    caption: sentences(
      `Test accuracy of ${task} after epoch ${analysis.epoch} (counted from 0), ${countWords(variants)}`,
      edits.replicates === false ? null : 'Each small mark is a replicate',
      ofMean === null
        ? null
        : `Large marks are means with the ${ofMean}${ofDeviation === null ? '' : ` and standard deviations with the ${ofDeviation}`}`,
      'SD divides by n − 1',
      arrowWords(panels),
      exclusionWords(variants),
    ),
  };
}

/** Every variant of a study, in its own order. */
export function namesOf({ variants }: Pick<StudyAnalysis, 'variants'>): string[] {
  return variants.map(({ name }) => name);
}
