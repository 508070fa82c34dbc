import { bandLabels, curveOf, type BandKind, type Matrix } from '../../analysis/learningCurves.ts';
import { exclusionWords, countWords, sentences } from '../caption.ts';
import type { CurvesChart } from '../chart.ts';
import { arranged, type FigureEdits } from '../edits.ts';
import type { DrawnMeasures, MeasuredStudy } from '../measured.ts';
import { looksOf } from '../palettes.ts';
import { namesOf } from './variance.ts';

/** More lines than these are a surface; the band says what they would. */
const mostMembers = 60;
const band: BandKind = 'interval';

/** Test accuracy of every replicate after every epoch. */
export interface MeasuredCurves extends Matrix {
  /** One a row: replicates that count. */
  readonly replicates: readonly { readonly variant: string; readonly index: number }[];
}

/** Test accuracy over the epochs: each variant's mean with its interval, and single replicates. */
export function curvesFigure(
  { analysis, task }: MeasuredStudy,
  measured: MeasuredCurves,
  edits: FigureEdits,
): DrawnMeasures<CurvesChart> {
  const look = looksOf(namesOf(analysis), edits);
  const variants = arranged(analysis.variants, edits);
  const rowsOf = (name: string): number[] =>
    measured.replicates.flatMap(({ variant }, row) => (variant === name ? [row] : []));
  const total = variants.reduce((sum, { name }) => sum + rowsOf(name).length, 0);
  const showsMembers = edits.replicates !== false && total <= mostMembers;
  const curves = variants.map(({ name }) => ({
    label: name,
    look: look(name),
    points: curveOf(measured, rowsOf(name), band).map(({ epoch, mean, low, high }) => ({
      x: epoch,
      y: mean,
      low,
      high,
    })),
    members: showsMembers
      ? rowsOf(name).map((row) => ({
          replicate: measured.replicates[row]?.index ?? 0,
          values: measured.values.slice(row * measured.epochs, (row + 1) * measured.epochs),
        }))
      : [],
  }));
  const hasBand = curves.some(({ points }) => points.some(({ low }) => low !== null));
  return {
    chart: {
      kind: 'curves',
      x: { title: 'Epoch (counted from 0)', scale: 1, fromZero: true },
      y: { title: 'Test accuracy (%)', scale: 100, fromZero: false, highest: 1 },
      curves,
    },
    caption: sentences(
      `Test accuracy of ${task} after every epoch, ${countWords(variants)}`,
      hasBand ? `Lines are means, bands the ${bandLabels[band]} (Student t)` : 'Lines are means',
      showsMembers && total > variants.length ? 'Thin lines are replicates' : null,
      exclusionWords(variants),
    ),
  };
}
