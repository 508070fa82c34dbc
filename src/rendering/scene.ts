import type { Appearance } from '../figures/appearance.ts';

export type Weight = 'regular' | 'bold';

/** A line of text whose baseline begins, ends or has its middle at (x, y). */
export interface TextItem {
  readonly kind: 'text';
  readonly x: number;
  readonly y: number;
  readonly text: string;
  /** Points. */
  readonly size: number;
  readonly weight: Weight;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly colour: string;
  /** Turned to be read from below. */
  readonly isUpright: boolean;
}

/** Points are x, y, x, y ... */
export interface LineItem {
  readonly kind: 'line';
  readonly points: readonly number[];
  readonly colour: string;
  readonly width: number;
  readonly dash: readonly number[];
  readonly opacity: number;
}

export interface AreaItem {
  readonly kind: 'area';
  readonly points: readonly number[];
  readonly colour: string;
  readonly opacity: number;
}

export interface MarkItem {
  readonly kind: 'mark';
  readonly shape: Appearance['shape'];
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly fill: string;
  readonly edge: string;
  readonly edgeWidth: number;
  readonly opacity: number;
}

/** Pixels of a raster: drawn without smoothing. */
export interface ImageItem {
  readonly kind: 'image';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** A PNG file. */
  readonly png: Uint8Array;
}

/** Squares of one colour in a grid. */
export interface CellsItem {
  readonly kind: 'cells';
  readonly x: number;
  readonly y: number;
  /** Side of a square, in points. */
  readonly unit: number;
  readonly colour: string;
  /** Runs along rows: column, row, length, column, row, length ... */
  readonly runs: readonly number[];
}

export type Item = TextItem | LineItem | AreaItem | MarkItem | ImageItem | CellsItem;

/** A figure as it stands on paper: all lengths in points, from the top left. */
export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly items: readonly Item[];
}

/** What is drawn in on paper. */
export const ink = '#1a1a1a';
export const softInk = '#4d4d4d';
export const faintInk = '#6b6b6b';
export const grid = '#dedede';

/** The corners of a mark, or null for a circle; areas of all shapes look alike. */
export function cornersOf({
  shape,
  x,
  y,
  radius,
}: Pick<MarkItem, 'shape' | 'x' | 'y' | 'radius'>): number[] | null {
  switch (shape) {
    case 'circle':
      return null;
    case 'rect': {
      const half = radius * 0.89;
      return [x - half, y - half, x + half, y - half, x + half, y + half, x - half, y + half];
    }
    case 'triangle': {
      const [top, base, half] = [y - radius * 1.2, y + radius * 0.8, radius * 1.2];
      return [x, top, x + half, base, x - half, base];
    }
    case 'diamond': {
      const half = radius * 1.25;
      return [x, y - half, x + half, y, x, y + half, x - half, y];
    }
  }
}
