import { countWords, exclusionWords, sentences } from '../caption.ts';
import type { MatrixChart } from '../chart.ts';
import { arranged, type FigureEdits } from '../edits.ts';
import type { DrawnMeasures, MeasuredStudy } from '../measured.ts';
import { pairIndex } from '../../analysis/disagreement.ts';
import { looksOf } from '../palettes.ts';
import { namesOf } from './variance.ts';

/** Churn of any two replicates of a study, and between its variants. */
export interface MeasuredChurn {
  readonly replicates: readonly { readonly variant: string; readonly index: number }[];
  /** Condensed upper triangle in the order of the replicates. */
  readonly matrix: Float64Array;
  readonly between: readonly {
    readonly first: string;
    readonly second: string;
    readonly churn: number | null;
  }[];
}

/** How often any two replicates disagree, variants in blocks with their means. */
export function churnFigure(
  { analysis, task }: MeasuredStudy,
  { replicates, matrix, between }: MeasuredChurn,
  edits: FigureEdits,
): DrawnMeasures<MatrixChart> {
  const look = looksOf(namesOf(analysis), edits);
  const variants = arranged(analysis.variants, edits);
  const blocks = variants.flatMap(({ name }) => {
    const rows = replicates.flatMap(({ variant }, row) => (variant === name ? [row] : []));
    return rows.length === 0 ? [] : [{ label: name, look: look(name), rows }];
  });
  const order = blocks.flatMap(({ rows }) => rows);
  const withinOf = (name: string): number | null =>
    variants.find((variant) => variant.name === name)?.churn.mean ?? null;
  const betweenOf = (one: string, other: string): number | null =>
    between.find(
      ({ first, second }) => (first === one && second === other) || (first === other && second === one),
    )?.churn ?? null;
  return {
    chart: {
      kind: 'matrix',
      axis: { title: 'Churn (%)', scale: 100, fromZero: true, highest: 1 },
      size: order.length,
      values: reordered(matrix, replicates.length, order),
      blocks: blocks.map(({ label, look: own, rows }) => ({
        label,
        look: own,
        replicates: rows.map((row) => replicates[row]?.index ?? 0),
      })),
      means: blocks.map((row) =>
        blocks.map((column) => (row === column ? withinOf(row.label) : betweenOf(row.label, column.label))),
      ),
    },
    caption: sentences(
      `Churn of every two replicates of ${task} after epoch ${analysis.epoch} (counted from 0): the fraction of test examples on which they predict different classes; ${countWords(variants)}`,
      'Numbers are means over the pairs of a block, in per cent',
      exclusionWords(variants),
    ),
  };
}

function reordered(matrix: Float64Array, total: number, order: readonly number[]): Float64Array {
  const values = new Float64Array((order.length * (order.length - 1)) / 2);
  let pair = 0;
  order.forEach((row, position) => {
    for (const column of order.slice(position + 1)) {
      values[pair++] = matrix[pairIndex(total, row, column)] ?? Number.NaN;
    }
  });
  return values;
}
