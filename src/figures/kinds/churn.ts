import { pairIndex } from '../../analysis/disagreement.ts';
import { mean } from '../../analysis/mean.ts';
import { countWords, exclusionWords, sentences } from '../caption.ts';
import type { MatrixChart } from '../chart.ts';
import { arranged, type FigureEdits } from '../edits.ts';
import type { DrawnMeasures, MeasuredStudy } from '../measured.ts';
import { looksOf } from '../palettes.ts';
import { namesOf } from './variance.ts';

/** Churn of any two replicates of a study that have predictions. */
export interface MeasuredChurn {
  readonly replicates: readonly { readonly variant: string; readonly index: number }[];
  /** Condensed upper triangle in the order of the replicates. */
  readonly matrix: Float64Array;
}

/** How often any two replicates disagree, variants in blocks with their means. */
export function churnFigure(
  { analysis, task }: MeasuredStudy,
  { replicates, matrix }: MeasuredChurn,
  edits: FigureEdits,
): DrawnMeasures<MatrixChart> {
  const look = looksOf(namesOf(analysis), edits);
  const variants = arranged(analysis.variants, edits);
  const blocks = variants.flatMap(({ name, excluded }) => {
    // Some that diverged have predictions, and do not count.
    const rows = replicates.flatMap(({ variant, index }, row) =>
      variant === name && !excluded.some((each) => each.index === index) ? [row] : [],
    );
    return rows.length === 0 ? [] : [{ label: name, look: look(name), rows }];
  });
  const valueOf = (row: number, column: number): number =>
    matrix[pairIndex(replicates.length, row, column)] ?? Number.NaN;
  const within = (name: string): number | null =>
    variants.find((variant) => variant.name === name)?.churn.mean ?? null;
  /** Of a block beside the diagonal; a thousand replicates have a hundred thousand pairs in one. */
  const meanOf = (rows: readonly number[], columns: readonly number[]): number | null => {
    const values = new Float64Array(rows.length * columns.length);
    let pair = 0;
    for (const row of rows) for (const column of columns) values[pair++] = valueOf(row, column);
    return mean(values);
  };
  return {
    chart: {
      kind: 'matrix',
      axis: { title: 'Churn (%)', scale: 100, fromZero: true, highest: 1 },
      size: blocks.reduce((sum, { rows }) => sum + rows.length, 0),
      values: pairsOf(
        blocks.flatMap(({ rows }) => rows),
        valueOf,
      ),
      blocks: blocks.map(({ label, look: own, rows }) => ({
        label,
        look: own,
        replicates: rows.map((row) => replicates[row]?.index ?? 0),
      })),
      means: blocks.map((one, place) =>
        blocks.map((other, otherPlace) => {
          if (one === other) return within(one.label);
          return place < otherPlace ? meanOf(one.rows, other.rows) : meanOf(other.rows, one.rows);
        }),
      ),
    },
    caption: sentences(
      `Churn of every two replicates of ${task} after epoch ${analysis.epoch} (counted from 0): the fraction of test examples on which they predict different classes; ${countWords(variants)}`,
      'Numbers are means over the pairs of a block, in per cent',
      exclusionWords(variants),
    ),
  };
}

/** The condensed upper triangle of some rows in their order. */
function pairsOf(order: readonly number[], valueOf: (row: number, column: number) => number): Float64Array {
  const values = new Float64Array((order.length * (order.length - 1)) / 2);
  let pair = 0;
  for (let row = 0; row < order.length; row++) {
    for (let column = row + 1; column < order.length; column++) {
      values[pair++] = valueOf(order[row] ?? 0, order[column] ?? 0);
    }
  }
  return values;
}
