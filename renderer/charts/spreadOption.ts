import type { ScatterSeriesOption } from 'echarts/charts';
import type { Appearance } from '../../src/figures/appearance.ts';
import type { Metric } from '../measures/metric.ts';
import type { Spread } from '../measures/spread.ts';
import { fixedGrid, niceStep, roomyRange, steppedAxis, type SteppedRange } from './axes.ts';
import { beeswarmLanes } from '../../src/figures/beeswarm.ts';
import type { ChartOption } from './echarts.ts';
import { intervalBars, whiskers, type DrawnInterval } from './interval.ts';
import type { Palette } from './palette.ts';

export interface SpreadPicture {
  readonly spreads: readonly Spread[];
  readonly metric: Metric;
  readonly palette: Palette;
  readonly look: (variant: string) => Appearance;
  /** Of the whole picture, in pixels: decides how far apart dots must be. */
  readonly width: number;
}

/** Where the dot of a replicate is drawn. */
interface Dot {
  readonly name: string;
  readonly value: [number, number];
}

/** Pixels of a row, above the first and below the last: names of the variants are set beside the rows. */
export const spreadRow = { height: 62, above: 10, below: 46, names: 124 };
/** Of a row's height. */
const widestLane = 0.13;
const reachOfLanes = 0.3;
/** Pixels of a dot: with more replicates than this in a variant, smaller ones, so that the interval shows through. */
const manyDots = 60;
const dotSizes = { few: 9, many: 5 };
const shares = { strip: 0.58, gap: 48, right: 20 };

/** Shapes of one size look equally large. */
const sizeFactors: Record<Appearance['shape'], number> = {
  circle: 1,
  rect: 0.9,
  triangle: 1.1,
  diamond: 1.1,
};

function dotSize(spreads: readonly Spread[]): number {
  return spreads.some(({ points }) => points.length > manyDots) ? dotSizes.many : dotSizes.few;
}

/** Pixels for so many variants. */
export function spreadHeight(variants: number): number {
  return spreadRow.above + spreadRow.below + Math.max(1, variants) * spreadRow.height;
}

/** All replicates as dots over the interval of their mean and, in the same rows, their SD with its interval. */
export function spreadOption(picture: SpreadPicture): ChartOption {
  const { spreads, metric, palette, look } = picture;
  const { stripWidth, stripRange, dots } = layoutOf(picture);
  const size = dotSize(spreads);
  const sdRange = rangeOfDeviations(spreads, metric.scale);
  const grid = { ...fixedGrid, top: spreadRow.above, bottom: spreadRow.below };
  const rows = {
    type: 'value' as const,
    min: -0.5,
    max: spreads.length - 0.5,
    interval: 1,
    inverse: true,
    axisLabel: { show: false },
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { show: false },
  };
  const sdLeft = spreadRow.names + stripWidth + shares.gap;
  return {
    grid: [
      { ...grid, left: spreadRow.names, width: stripWidth },
      { ...grid, left: sdLeft, right: shares.right },
    ],
    xAxis: [
      {
        ...steppedAxis(palette, withUnit(metric.label, metric.unit), stripRange),
        nameGap: 28,
        gridIndex: 0,
      },
      {
        ...steppedAxis(palette, withUnit('SD', metric.differenceUnit), sdRange),
        nameGap: 28,
        gridIndex: 1,
      },
    ],
    yAxis: [
      { ...rows, gridIndex: 0 },
      { ...rows, gridIndex: 1 },
    ],
    series: [
      intervalBars(meanIntervals(picture, stripRange.max), 0, 'mean-intervals'),
      whiskers(deviationIntervals(picture, sdRange.max), 1, 'sd-intervals'),
      ...spreads.map((spread, row): ScatterSeriesOption => {
        const { colour, shape } = look(spread.variant);
        return {
          type: 'scatter',
          id: `dots:${spread.variant}`,
          z: 3,
          symbol: shape,
          symbolSize: size * sizeFactors[shape],
          itemStyle: {
            color: colour,
            opacity: size === dotSizes.many ? 0.65 : 1,
            borderColor: palette.surface,
            borderWidth: size === dotSizes.many ? 0 : 1,
          },
          emphasis: { scale: 1.35 },
          data: [...(dots[row] ?? [])],
        };
      }),
      ...spreads.flatMap(({ variant, sd }, row): ScatterSeriesOption[] => {
        const { colour, shape } = look(variant);
        return sd === null
          ? []
          : [
              {
                type: 'scatter',
                id: `sd:${variant}`,
                silent: true,
                z: 3,
                xAxisIndex: 1,
                yAxisIndex: 1,
                symbol: shape,
                symbolSize: 11,
                itemStyle: { color: colour, borderColor: palette.surface, borderWidth: 1.5 },
                data: [[sd * metric.scale, row]],
              },
            ];
      }),
      { type: 'scatter', id: 'pointed', silent: true, z: 5, data: [] },
    ],
  };
}

/** Rings the replicate that is pointed out; an empty ring takes it away. */
export function spreadOverlay(picture: SpreadPicture, replicate: string | null): ChartOption {
  const dot = layoutOf(picture)
    .dots.flat()
    .find(({ name }) => name === replicate);
  const pointed: ScatterSeriesOption = {
    id: 'pointed',
    type: 'scatter',
    symbol: 'circle',
    symbolSize: 19,
    itemStyle: { color: 'transparent', borderColor: picture.palette.ink, borderWidth: 2 },
    data: dot === undefined ? [] : [dot.value],
  };
  return { series: [pointed] };
}

interface SpreadLayout {
  readonly stripWidth: number;
  readonly stripRange: SteppedRange;
  /** By row. */
  readonly dots: readonly (readonly Dot[])[];
}

/** The layout of a picture, computed once: every move of the pointer asks for it. */
function layoutOf(picture: SpreadPicture): SpreadLayout {
  const layout = layouts.get(picture) ?? computeLayout(picture);
  layouts.set(picture, layout);
  return layout;
}

const layouts = new WeakMap<SpreadPicture, SpreadLayout>();

function computeLayout({ spreads, metric, width }: SpreadPicture): SpreadLayout {
  const ends = spreads.flatMap(({ points, meanInterval }) => {
    const values = points.map(({ value }) => value * metric.scale);
    return [...values, ...stripReach(values, meanInterval, metric.scale)];
  });
  const stripRange = ends.length === 0 ? { min: 0, max: 1, interval: 0.2 } : roomyRange(ends);
  const stripWidth = Math.max(120, (width - spreadRow.names - shares.gap - shares.right) * shares.strip);
  const apart = ((stripRange.max - stripRange.min) / stripWidth) * (dotSize(spreads) + 1);
  return {
    stripWidth,
    stripRange,
    dots: spreads.map((spread, row) => dotsOf(spread, row, metric.scale, apart)),
  };
}

function withUnit(text: string, unit: string): string {
  return unit === '' ? text : `${text} (${unit})`;
}

function dotsOf(spread: Spread, row: number, scale: number, width: number): Dot[] {
  const values = spread.points.map(({ value }) => value * scale);
  const lanes = beeswarmLanes(values, width);
  const outermost = Math.max(1, ...lanes.map(Math.abs));
  const laneHeight = Math.min(widestLane, reachOfLanes / outermost);
  return spread.points.map(({ replicate }, index) => ({
    name: replicate,
    value: [values[index] ?? 0, row + (lanes[index] ?? 0) * laneHeight],
  }));
}

/** How much of an interval the strip makes room for: one that is far wider than its dots would press them together. */
function stripReach(
  values: readonly number[],
  interval: { low: number; high: number } | null,
  scale: number,
): number[] {
  if (interval === null || values.length === 0) return [];
  const low = Math.min(...values);
  const high = Math.max(...values);
  const most = Math.max(high - low, 1e-9) * 3;
  return [Math.max(interval.low * scale, low - most), Math.min(interval.high * scale, high + most)];
}

function meanIntervals({ spreads, metric, palette, look }: SpreadPicture, end: number): DrawnInterval[] {
  return spreads.flatMap(({ variant, mean, meanInterval }, y) =>
    mean === null || meanInterval === null
      ? []
      : [
          {
            low: meanInterval.low * metric.scale,
            high: meanInterval.high * metric.scale,
            centre: mean * metric.scale,
            y,
            colour: look(variant).colour,
            ink: palette.ink,
            end: Math.max(end, meanInterval.high * metric.scale),
          },
        ],
  );
}

function deviationIntervals({ spreads, metric, palette, look }: SpreadPicture, end: number): DrawnInterval[] {
  return spreads.flatMap(({ variant, sd, sdInterval }, y) =>
    sd === null || sdInterval === null || sd === 0
      ? []
      : [
          {
            low: sdInterval.low * metric.scale,
            high: sdInterval.high * metric.scale,
            centre: sd * metric.scale,
            y,
            colour: look(variant).colour,
            ink: palette.ink,
            end,
          },
        ],
  );
}

/** The axis ends where all intervals do, but not beyond four times the largest SD: an arrow then says that one goes on. */
function rangeOfDeviations(spreads: readonly Spread[], scale: number): SteppedRange {
  const largest = Math.max(0, ...spreads.map(({ sd }) => (sd ?? 0) * scale));
  if (largest === 0) return { min: 0, max: scale === 100 ? 1 : 0.01, interval: scale === 100 ? 0.2 : 0.002 };
  const highest = Math.max(...spreads.map(({ sdInterval }) => (sdInterval?.high ?? 0) * scale));
  const end = Math.max(largest * 1.1, Math.min(highest, largest * 4));
  const step = niceStep(end / 5);
  return { min: 0, max: Number((Math.ceil(end / step) * step).toPrecision(12)), interval: step };
}
