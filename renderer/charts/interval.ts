import type { CustomSeriesOption } from 'echarts/charts';

/** An interval that lies along x at a height y; `end` is where the picture ends, and an arrow says that it goes on. */
export interface DrawnInterval {
  readonly low: number;
  readonly high: number;
  readonly centre: number;
  readonly y: number;
  readonly colour: string;
  readonly ink: string;
  readonly end: number;
}

/** A wide soft bar from end to end of an interval with a stroke at its centre: drawn under the replicates. */
export function intervalBars(
  intervals: readonly DrawnInterval[],
  axisIndex: number,
  id: string,
): CustomSeriesOption {
  return {
    type: 'custom',
    id,
    silent: true,
    clip: true,
    z: 2,
    xAxisIndex: axisIndex,
    yAxisIndex: axisIndex,
    data: intervals.map((interval, index) => [interval.low, interval.y, index]),
    renderItem: (_parameters, api) => {
      const interval = intervals[Number(api.value(2))];
      if (interval === undefined) return null;
      const [left = 0, middle = 0] = api.coord([interval.low, interval.y]);
      const [right = 0] = api.coord([Math.min(interval.high, interval.end), interval.y]);
      const [centre = 0] = api.coord([interval.centre, interval.y]);
      const [, below = 0] = api.coord([interval.low, interval.y + 0.36]);
      const half = Math.min(19, Math.abs(below - middle));
      return {
        type: 'group',
        children: [
          {
            type: 'rect',
            shape: { x: left, y: middle - half, width: Math.max(1, right - left), height: 2 * half },
            style: { fill: interval.colour, opacity: 0.22 },
          },
          {
            type: 'rect',
            shape: { x: centre - 1, y: middle - half, width: 2, height: 2 * half },
            style: { fill: interval.ink },
          },
        ],
      };
    },
  };
}

/** A line with caps: drawn under the point that it belongs to. */
export function whiskers(
  intervals: readonly DrawnInterval[],
  axisIndex: number,
  id: string,
): CustomSeriesOption {
  return {
    type: 'custom',
    id,
    silent: true,
    z: 2,
    xAxisIndex: axisIndex,
    yAxisIndex: axisIndex,
    data: intervals.map((interval, index) => [interval.low, interval.y, index]),
    renderItem: (_parameters, api) => {
      const interval = intervals[Number(api.value(2))];
      if (interval === undefined) return null;
      const goesOn = interval.high > interval.end;
      const [left = 0, middle = 0] = api.coord([interval.low, interval.y]);
      const [right = 0] = api.coord([Math.min(interval.high, interval.end), interval.y]);
      const stroke = { stroke: interval.colour, lineWidth: 2, fill: 'none' };
      const cap = (x: number) => ({
        type: 'line' as const,
        shape: { x1: x, y1: middle - 6, x2: x, y2: middle + 6 },
        style: stroke,
      });
      const arrow = {
        type: 'polyline' as const,
        shape: {
          points: [
            [right - 6, middle - 6],
            [right, middle],
            [right - 6, middle + 6],
          ],
        },
        style: stroke,
      };
      return {
        type: 'group',
        children: [
          {
            type: 'line',
            shape: { x1: left, y1: middle, x2: right, y2: middle },
            style: stroke,
          },
          cap(left),
          goesOn ? arrow : cap(right),
        ],
      };
    },
  };
}
