import type { CustomSeriesOption, LineSeriesOption, ScatterSeriesOption } from 'echarts/charts';
import type { Appearance } from '../../src/figures/appearance.ts';
import { fixedGrid, niceStep, numberAxis } from './axes.ts';
import type { ChartOption } from './echarts.ts';
import { whiskers, type DrawnInterval } from './interval.ts';
import type { Palette } from './palette.ts';

/** What one variant has in a row. */
export interface RowMark {
  readonly variant: string;
  readonly value: number;
  /** Ends of its interval; null where there is none. */
  readonly low: number | null;
  readonly high: number | null;
  /** Where the value would lie by chance alone. */
  readonly chance?: { readonly low: number; readonly high: number } | null;
  /** What the picture beside it shows. */
  readonly beside?: number | null;
  /** Replicates. */
  readonly points?: readonly { readonly name: string; readonly value: number }[];
}

export interface PictureRow {
  readonly name: string;
  /** Drawn from top to bottom. */
  readonly marks: readonly RowMark[];
}

/** Named rows, in each of them what every variant has, on one axis from 0. */
export interface RowsPicture {
  readonly rows: readonly PictureRow[];
  readonly axis: string;
  /** The axis of a second picture of the same rows, from 0 to `besideEnd`; null where there is none. */
  readonly beside?: string | null;
  readonly besideEnd?: number;
  /** Values that hold for all rows: upright lines. */
  readonly lines?: readonly { readonly variant: string; readonly value: number }[];
  /** The other way round where values may be negative: both ends of the axis. */
  readonly range?: { readonly min: number; readonly max: number };
  /** Pixels that are kept for the names of the rows. */
  readonly names: number;
}

interface Drawing {
  readonly palette: Palette;
  readonly look: (variant: string) => Appearance;
  /** Of the whole picture, in pixels. */
  readonly width: number;
}

/** Pixels above the first row and below the last, of a variant's lane, and of the least height of a row. */
export const rowsMargin = { above: 8, below: 46 };
const laneHeight = 13;
const pointsHeight = 34;
const rowPadding = 12;
const shares = { main: 0.66, gap: 34, right: 22 };
const markSize = 9;
/** An interval is drawn to this multiple of the largest value; an arrow says that it goes on. */
const mostReach = 3;

/** Pixels of one row. */
export function rowHeight({ rows }: RowsPicture): number {
  const lanes = Math.max(1, ...rows.map(({ marks }) => marks.length));
  const hasPoints = rows.some(({ marks }) => marks.some(({ points }) => points !== undefined));
  return Math.max(28, lanes * (hasPoints ? pointsHeight : laneHeight) + rowPadding);
}

export function rowsHeight(picture: RowsPicture): number {
  return rowsMargin.above + rowsMargin.below + Math.max(1, picture.rows.length) * rowHeight(picture);
}

/** @returns the row at a height in pixels; null above the first and below the last. */
export function rowAt(picture: RowsPicture, y: number): number | null {
  const row = Math.floor((y - rowsMargin.above) / rowHeight(picture));
  return row >= 0 && row < picture.rows.length ? row : null;
}

export function rowsOption(picture: RowsPicture, drawing: Drawing): ChartOption {
  const { rows, axis, names, beside = null, besideEnd } = picture;
  const { palette, width } = drawing;
  const count = rows.length;
  const mainWidth = Math.max(160, (width - names - shares.gap - shares.right) * shares.main);
  const upright = {
    type: 'value' as const,
    min: -0.5,
    max: Math.max(0.5, count - 0.5),
    interval: 1,
    inverse: true,
    axisLabel: { show: false },
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { show: false },
  };
  const range = picture.range ?? { min: 0, max: endOf(picture) };
  const top = { ...fixedGrid, top: rowsMargin.above, bottom: rowsMargin.below };
  const main = { ...top, left: names, ...(beside === null ? { right: shares.right } : { width: mainWidth }) };
  const marks = placedMarks(picture);
  return {
    grid:
      beside === null
        ? [main]
        : [main, { ...top, left: names + mainWidth + shares.gap, right: shares.right }],
    xAxis: [
      { ...numberAxis(palette, axis), ...range, nameGap: 28, gridIndex: 0 },
      ...(beside === null
        ? []
        : [{ ...numberAxis(palette, beside), min: 0, max: besideEnd ?? 100, nameGap: 28, gridIndex: 1 }]),
    ],
    yAxis: [{ ...upright, gridIndex: 0 }, ...(beside === null ? [] : [{ ...upright, gridIndex: 1 }])],
    series: [
      chanceBands(marks, palette),
      ...linesOf(picture, drawing),
      whiskers(intervalsOf(marks, drawing, range.max), 0, 'intervals'),
      ...pointsOf(marks, drawing),
      ...markSeries(marks, drawing, 0, ({ value }) => value),
      ...(beside === null ? [] : markSeries(marks, drawing, 1, (mark) => mark.beside ?? null)),
      { type: 'scatter', id: 'pointed', silent: true, z: 5, data: [] },
    ],
  };
}

/** Rings the replicate that is pointed out; an empty ring takes it away. */
export function rowsOverlay(picture: RowsPicture, palette: Palette, replicate: string | null): ChartOption {
  const found = placedMarks(picture).flatMap(({ y, mark }) =>
    (mark.points ?? []).filter(({ name }) => name === replicate).map(({ value }) => [value, y]),
  );
  const pointed: ScatterSeriesOption = {
    id: 'pointed',
    type: 'scatter',
    symbol: 'circle',
    symbolSize: 15,
    itemStyle: { color: 'transparent', borderColor: palette.ink, borderWidth: 2 },
    data: found,
  };
  return { series: [pointed] };
}

interface PlacedMark {
  readonly mark: RowMark;
  readonly y: number;
  /** Half of the height that is the mark's own, in rows. */
  readonly half: number;
}

function placedMarks(picture: RowsPicture): PlacedMark[] {
  const height = rowHeight(picture);
  return picture.rows.flatMap(({ marks }, row) => {
    const lane = (height - rowPadding) / Math.max(1, marks.length) / height;
    return marks.map((mark, position) => ({
      mark,
      y: row + (position - (marks.length - 1) / 2) * lane,
      half: lane / 2,
    }));
  });
}

/** Where the axis ends: where all intervals do, but not far beyond the largest value. */
function endOf({ rows, lines = [] }: RowsPicture): number {
  const marks = rows.flatMap((row) => row.marks);
  const values = marks.flatMap(({ value, points = [] }) => [value, ...points.map((point) => point.value)]);
  const largest = Math.max(0, ...values, ...lines.map(({ value }) => value));
  const ends = marks.flatMap(({ high, chance }) => [high ?? 0, chance?.high ?? 0]);
  const end = Math.max(largest, Math.min(Math.max(0, ...ends), largest * mostReach)) * 1.02;
  if (end === 0) return 1;
  const step = niceStep(end / 5);
  return Number((Math.ceil(end / step) * step).toPrecision(12));
}

function intervalsOf(marks: readonly PlacedMark[], { palette, look }: Drawing, end: number): DrawnInterval[] {
  return marks.flatMap(({ mark: { variant, value, low, high }, y }) =>
    low === null || high === null || high - low <= 0
      ? []
      : [{ low, high, centre: value, y, colour: look(variant).colour, ink: palette.ink, end }],
  );
}

/** Grey bars behind everything: where chance alone puts a value. */
function chanceBands(marks: readonly PlacedMark[], palette: Palette): CustomSeriesOption {
  const drawn = marks.flatMap(({ mark: { chance }, y, half }) =>
    chance === null || chance === undefined ? [] : [{ ...chance, y, half }],
  );
  return {
    type: 'custom',
    id: 'chance',
    silent: true,
    clip: true,
    z: 1,
    data: drawn.map(({ low, y }, index) => [low, y, index]),
    renderItem: (_parameters, api) => {
      const band = drawn[Number(api.value(2))];
      if (band === undefined) return null;
      const [left = 0, top = 0] = api.coord([band.low, band.y - band.half]);
      const [right = 0, bottom = 0] = api.coord([band.high, band.y + band.half]);
      return {
        type: 'rect',
        shape: { x: left, y: top + 1, width: right - left, height: bottom - top - 2 },
        style: { fill: palette.inkFaint, opacity: 0.22 },
      };
    },
  };
}

function linesOf({ lines = [], rows }: RowsPicture, { look }: Drawing): LineSeriesOption[] {
  return lines.map(({ variant, value }) => {
    const { colour, dash } = look(variant);
    return {
      type: 'line',
      id: `line:${variant}`,
      silent: true,
      symbol: 'none',
      z: 1,
      lineStyle: { color: colour, width: 1.5, type: dash.length === 0 ? 'solid' : [...dash] },
      data: [
        [value, -0.5],
        [value, rows.length - 0.5],
      ],
    };
  });
}

function pointsOf(marks: readonly PlacedMark[], { look }: Drawing): ScatterSeriesOption[] {
  return marks.flatMap(({ mark: { variant, points = [] }, y, half }, position) =>
    points.length === 0
      ? []
      : [
          {
            type: 'scatter',
            id: `points:${variant}:${String(position)}`,
            z: 2,
            symbol: 'circle',
            symbolSize: 6,
            itemStyle: { color: look(variant).colour, opacity: 0.5 },
            emphasis: { scale: 1.4 },
            data: points.map(({ name, value }) => ({ name, value: [value, y + half * 0.62] })),
          },
        ],
  );
}

function markSeries(
  marks: readonly PlacedMark[],
  { palette, look }: Drawing,
  axisIndex: number,
  valueOf: (mark: RowMark) => number | null,
): ScatterSeriesOption[] {
  return [...Map.groupBy(marks, ({ mark }) => mark.variant)].map(([variant, own]) => {
    const { colour, shape } = look(variant);
    return {
      type: 'scatter',
      id: `marks:${String(axisIndex)}:${variant}`,
      silent: true,
      z: 3,
      xAxisIndex: axisIndex,
      yAxisIndex: axisIndex,
      symbol: shape,
      symbolSize: markSize,
      itemStyle: { color: colour, borderColor: palette.surface, borderWidth: 1 },
      data: own.flatMap(({ mark, y }) => {
        const value = valueOf(mark);
        return value === null ? [] : [[value, y]];
      }),
    };
  });
}
