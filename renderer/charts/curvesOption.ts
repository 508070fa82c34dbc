import type { CustomSeriesOption, LineSeriesOption } from 'echarts/charts';
import type { Appearance } from '../../src/figures/appearance.ts';
import type { CurvePoint } from '../../src/analysis/learningCurves.ts';
import type { Metric } from '../measures/metric.ts';
import { epochRange, fixedGrid, roomyRange, steppedAxis, type SteppedRange } from './axes.ts';
import type { ChartOption } from './echarts.ts';
import type { Palette } from './palette.ts';

/** A replicate's own line. */
export interface MemberCurve {
  readonly replicate: string;
  readonly variant: string;
  /** Epoch and value; null where nothing was recorded. */
  readonly values: readonly (number | null)[];
}

export interface VariantCurve {
  readonly variant: string;
  readonly points: readonly CurvePoint[];
}

export interface CurvesPicture {
  readonly curves: readonly VariantCurve[];
  /** Drawn as thin lines; none where members are not wanted or are too many. */
  readonly members: readonly MemberCurve[];
  readonly metric: Pick<Metric, 'label' | 'scale' | 'unit' | 'differenceUnit'>;
  /** Whether values are deviations from a mean. */
  readonly isCentred: boolean;
  readonly palette: Palette;
  readonly look: (variant: string) => Appearance;
  readonly epochs: number;
}

/** Pixels around the axes: a mark over the picture must know where they are. */
export const curvesGrid = { left: 66, right: 24, top: 14, bottom: 46 } as const;

/** With more epochs than this, a mark at each is clutter. */
const mostMarkedEpochs = 12;

/** Mean of every variant over the epochs with its band, and on demand its replicates. */
export function curvesOption(picture: CurvesPicture): ChartOption {
  const { curves, members, metric, isCentred, palette, look, epochs } = picture;
  const most = mostReach(picture);
  const ends = curves.flatMap(({ points }) =>
    points.flatMap(({ mean, low, high }) => [mean, ...bandReach(most(mean), mean, low, high)]),
  );
  const own = members.flatMap(({ values }) => values.flatMap((value) => value ?? []));
  const scaled = [...ends, ...own].map((value) => value * metric.scale);
  const range =
    scaled.length === 0 ? { min: 0, max: 1, interval: 0.2 } : limited(roomyRange(scaled), picture);
  return {
    grid: { ...fixedGrid, ...curvesGrid },
    xAxis: {
      ...steppedAxis(palette, 'Epoch', epochRange(epochs)),
      nameGap: 28,
      splitLine: { show: false },
    },
    yAxis: {
      ...steppedAxis(
        palette,
        isCentred ? withUnit('Deviation', metric.differenceUnit) : withUnit(metric.label, metric.unit),
        range,
      ),
      nameGap: 46,
    },
    series: [
      ...curves.map(({ variant, points }) => band(variant, points, metric.scale, look(variant).colour)),
      ...members.map((member) => memberLine(member, picture)),
      ...curves.map(({ variant, points }): LineSeriesOption => {
        const { colour, dash, shape } = look(variant);
        return {
          type: 'line',
          id: `mean:${variant}`,
          silent: true,
          z: 4,
          symbol: shape,
          symbolSize: 8,
          showSymbol: epochs <= mostMarkedEpochs,
          showAllSymbol: true,
          itemStyle: { color: colour, borderColor: palette.surface, borderWidth: 1 },
          lineStyle: { color: colour, width: 2.25, type: dash.length === 0 ? 'solid' : [...dash] },
          data: points.map(({ epoch: at, mean }) => [at, mean * metric.scale]),
        };
      }),
      {
        type: 'line',
        id: 'pointed',
        silent: true,
        z: 6,
        symbol: 'circle',
        symbolSize: 6,
        data: [],
      },
    ],
  };
}

/** Draws the replicate that is pointed out over everything else. */
export function curvesOverlay(
  { metric, palette, look, epochs }: CurvesPicture,
  member: MemberCurve | null,
): ChartOption {
  const colour = member === null ? palette.ink : look(member.variant).colour;
  const pointed: LineSeriesOption = {
    type: 'line',
    id: 'pointed',
    showSymbol: epochs <= mostMarkedEpochs,
    itemStyle: { color: colour, borderColor: palette.ink, borderWidth: 1.5 },
    lineStyle: { color: palette.ink, width: 2 },
    data: (member?.values ?? []).map((value, at) => [at, value === null ? '-' : value * metric.scale]),
  };
  return { series: [pointed] };
}

function memberLine(
  { replicate, variant, values }: MemberCurve,
  { metric, look, epochs }: CurvesPicture,
): LineSeriesOption {
  const { colour } = look(variant);
  return {
    type: 'line',
    id: `replicate:${replicate}`,
    name: replicate,
    triggerEvent: 'line',
    z: 3,
    symbol: 'circle',
    symbolSize: 4,
    showSymbol: epochs <= mostMarkedEpochs,
    itemStyle: { color: colour, opacity: 0.6 },
    lineStyle: { color: colour, width: 1, opacity: 0.55 },
    emphasis: { disabled: true },
    data: values.map((value, at) => ({
      name: replicate,
      value: [at, value === null ? '-' : value * metric.scale],
    })),
  };
}

/** Of a band only as much is made room for as leaves the curves readable. */
function bandReach(most: number, mean: number, low: number | null, high: number | null): number[] {
  if (low === null || high === null) return [];
  return [Math.max(low, mean - most), Math.min(high, mean + most)];
}

/** How far from a mean its band may take the axis. */
function mostReach({ metric, isCentred, curves }: CurvesPicture): (mean: number) => number {
  if (!isCentred) return (mean) => (metric.scale === 100 ? 0.25 : Math.abs(mean));
  const points = curves.flatMap((curve) => curve.points);
  const widths = points
    .flatMap(({ low, high }) => (low === null || high === null ? [] : (high - low) / 2))
    .sort((one, other) => one - other);
  // With two replicates an interval can be a hundred times as wide as with three: the usual ones count.
  const usual = widths[Math.floor(0.75 * (widths.length - 1))] ?? 0;
  const most = Math.max(1e-6, 1.5 * usual, ...points.map(({ mean }) => 3 * Math.abs(mean)));
  return () => most;
}

function withUnit(text: string, unit: string): string {
  return unit === '' ? text : `${text} (${unit})`;
}

/** No fraction is above 1 or below 0, and no loss below 0; a deviation may be. */
function limited(range: SteppedRange, { metric, isCentred }: CurvesPicture): SteppedRange {
  if (isCentred) return range;
  const { min, max } = range;
  return { ...range, min: Math.max(0, min), max: metric.scale === 100 ? Math.min(100, max) : max };
}

function band(
  variant: string,
  points: readonly CurvePoint[],
  scale: number,
  colour: string,
): CustomSeriesOption {
  const drawn = points.flatMap(({ epoch, low, high }) =>
    low === null || high === null ? [] : [{ epoch, low: low * scale, high: high * scale }],
  );
  return {
    type: 'custom',
    id: `band:${variant}`,
    silent: true,
    clip: true,
    z: 2,
    data: drawn.length === 0 ? [] : [[drawn[0]?.epoch ?? 0, drawn[0]?.low ?? 0]],
    renderItem: (_parameters, api) => {
      const upper = drawn.map(({ epoch, high }) => api.coord([epoch, high]));
      const lower = drawn.map(({ epoch, low }) => api.coord([epoch, low])).toReversed();
      return {
        type: 'polygon',
        shape: { points: [...upper, ...lower] },
        style: { fill: colour, opacity: 0.16 },
      };
    },
  };
}
