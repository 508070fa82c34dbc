import type { Appearance } from './appearance.ts';

/** An axis of numbers. Values are kept as they were measured and multiplied by `scale` where they are shown. */
export interface NumberAxis {
  readonly title: string;
  readonly scale: number;
  /** Whether zero is a meaningful end, and therefore shown. */
  readonly fromZero: boolean;
  readonly logarithmic?: boolean;
  /** No value lies beyond; measured, not multiplied. */
  readonly highest?: number;
}

/** A replicate's own value. */
export interface Dot {
  readonly replicate: number;
  readonly value: number;
}

/** What stands in one row of one panel: a value with its interval, replicates, or a few words in their place. */
export interface RowMark {
  readonly series: string;
  readonly look: Appearance;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly dots: readonly Dot[];
  /** Said where there is no value. */
  readonly note: string | null;
}

/** A row has a label or is a heading over the rows that follow. */
export interface ChartRow {
  readonly label: string;
  readonly isHeading: boolean;
}

export interface RowsPanel {
  readonly axis: NumberAxis;
  /** Marks of every row; several of one row stand below each other; [rows]. */
  readonly cells: readonly (readonly RowMark[])[];
  /** A range that is shaded, with what it is. */
  readonly band: { readonly low: number; readonly high: number; readonly label: string } | null;
  /** The range to show, where it is not that of the marks. */
  readonly extent?: { readonly low: number; readonly high: number };
}

/** Rows from top to bottom, and panels side by side that share them. */
export interface RowsChart {
  readonly kind: 'rows';
  readonly rows: readonly ChartRow[];
  readonly panels: readonly RowsPanel[];
  /** Series that rows do not name themselves. */
  readonly legend: readonly { readonly label: string; readonly look: Appearance }[];
}

export interface ChartCurve {
  readonly label: string;
  readonly look: Appearance;
  /** Ascending along x. */
  readonly points: readonly {
    readonly x: number;
    readonly y: number;
    readonly low: number | null;
    readonly high: number | null;
  }[];
  /** Single replicates, thin: NaN where nothing was recorded; x counts from 0. */
  readonly members: readonly { readonly replicate: number; readonly values: Float64Array }[];
}

export interface CurvesChart {
  readonly kind: 'curves';
  readonly x: NumberAxis;
  readonly y: NumberAxis;
  readonly curves: readonly ChartCurve[];
}

/** Replicates against replicates. */
export interface MatrixChart {
  readonly kind: 'matrix';
  readonly axis: NumberAxis;
  /** Condensed upper triangle of all pairs, in the order of the blocks; NaN where a pair has none. */
  readonly values: Float64Array;
  readonly size: number;
  readonly blocks: readonly {
    readonly label: string;
    readonly look: Appearance;
    /** Indices of the replicates, one a row. */
    readonly replicates: readonly number[];
  }[];
  /** Mean of the pairs between two blocks, or within one; [blocks, blocks]. */
  readonly means: readonly (readonly (number | null)[])[];
}

export type Chart = RowsChart | CurvesChart | MatrixChart;

/** What a figure was made from, so that it can be found again. */
export interface FigureSource {
  readonly study: string;
  readonly name: string;
  /** Changes whenever what is recorded of the study does. */
  readonly revision: string;
  /** Counted from 0; null where it is not one epoch. */
  readonly epoch: number | null;
}

/** A figure before it is drawn. */
export interface Figure {
  readonly figure: string;
  readonly title: string | null;
  readonly caption: string;
  readonly chart: Chart;
  readonly sources: readonly FigureSource[];
}
