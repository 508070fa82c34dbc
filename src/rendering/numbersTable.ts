import type { Chart, CurvesChart, MatrixChart, NumberAxis, RowsChart } from '../figures/chart.ts';
import { pairIndex } from '../analysis/disagreement.ts';

/** A number as it was measured, text, or nothing. */
export type NumberCell = string | number | null;

/** Rows of the plotted numbers. */
export interface NumbersTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly NumberCell[])[];
}

/** Every number that a chart draws, as it was measured: fractions are fractions. */
export function plottedNumbers(chart: Chart): NumbersTable {
  switch (chart.kind) {
    case 'rows':
      return rowNumbers(chart);
    case 'curves':
      return curveNumbers(chart);
    case 'matrix':
      return matrixNumbers(chart);
  }
}

function rowNumbers({ rows, panels }: RowsChart): NumbersTable {
  const numbers = panels.flatMap(({ axis, cells }) => {
    const measure = measureName(axis);
    let heading = '';
    return rows.flatMap((row, index) => {
      if (row.isHeading) heading = row.label;
      return (cells[index] ?? []).flatMap(({ series, value, low, high, dots }) => [
        [measure, heading, row.label, series, null, value, low, high] as const,
        ...dots.map(
          (dot) => [measure, heading, row.label, series, dot.replicate, dot.value, null, null] as const,
        ),
      ]);
    });
  });
  return {
    header: ['measure', 'group', 'row', 'series', 'replicate', 'value', 'low', 'high'],
    rows: numbers,
  };
}

function curveNumbers({ y, curves }: CurvesChart): NumbersTable {
  const measure = measureName(y);
  return {
    header: ['measure', 'series', 'replicate', 'epoch', 'value', 'low', 'high'],
    rows: curves.flatMap(({ label, points, members }) => [
      ...points.map(({ x, y: value, low, high }) => [measure, label, null, x, value, low, high]),
      ...members.flatMap(({ replicate, values }) =>
        Array.from(values).flatMap((value, epoch) =>
          Number.isFinite(value) ? [[measure, label, replicate, epoch, value, null, null]] : [],
        ),
      ),
    ]),
  };
}

function matrixNumbers({ axis, blocks, values, size }: MatrixChart): NumbersTable {
  const items = blocks.flatMap(({ label, replicates }) =>
    replicates.map((replicate) => ({ label, replicate })),
  );
  return {
    header: ['measure', 'series', 'replicate', 'other_series', 'other_replicate', 'value'],
    rows: items.flatMap((one, row) =>
      items.slice(row + 1).map((other, offset) => {
        const value = values[pairIndex(size, row, row + 1 + offset)] ?? Number.NaN;
        const shown = Number.isFinite(value) ? value : null;
        return [measureName(axis), one.label, one.replicate, other.label, other.replicate, shown];
      }),
    ),
  };
}

/** An axis's title without its unit: the numbers have none. */
export function measureName({ title, scale }: NumberAxis): string {
  return scale === 1 ? title : title.replace(/\s*\((%|percentage points)\)$/, '');
}
