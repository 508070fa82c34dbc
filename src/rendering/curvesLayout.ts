import type { ChartCurve, CurvesChart } from '../figures/chart.ts';
import { widened, type Domain } from '../figures/domain.ts';
import {
  axisTitle,
  drawHorizontalAxis,
  horizontalAxisHeight,
  horizontalTicks,
  placeOf,
  tickLength,
  type Box,
} from './axis.ts';
import { leading, type Drawing } from './drawing.ts';
import { faintInk, grid, softInk } from './scene.ts';
import { ticksOf } from './ticks.ts';

const goldenRatio = 1.618;
/** Names at the ends of curves take at most so much of the width. */
const mostLabelShare = 0.3;
/** Marks along a curve, so that curves are told apart without colour. */
const marksAlong = 5;

/** Draws curves below `top`, each named at its end; gives the height that was needed. */
export function drawCurves(
  drawing: Drawing,
  { x: xAxis, y: yAxis, curves }: CurvesChart,
  top: number,
): number {
  const { size, tickSize } = drawing.style;
  const drawn = curves.filter(({ points }) => points.length > 0);
  const labels = labelColumn(drawing, drawn);
  const yDomain = verticalDomain(yAxis, drawn);
  const last = Math.max(1, ...drawn.map(({ points }) => points.at(-1)?.x ?? 0));
  const xDomain = { low: 0, high: last };
  const yTicks = ticksOf(yAxis, yDomain, 6);
  const tickWidth = Math.max(...yTicks.map(({ label }) => drawing.widthOf(label, tickSize)));
  const left = size * leading + tickWidth + tickLength + size * 0.35;
  const right = drawing.width - labels - size * 0.1;
  const fair = Math.max((right - left) / goldenRatio, drawn.length * size * leading);
  const box: Box = { left, top: top + tickSize * 0.5, right, bottom: top + tickSize * 0.5 + fair };
  const place: Placing = {
    x: placeOf(xDomain, box.left + size * 0.3, box.right - size * 0.3),
    y: placeOf(yDomain, box.bottom, box.top),
    box,
  };
  for (const { at, label } of yTicks) {
    drawing.line([box.left, place.y(at), box.right, place.y(at)], { colour: grid, width: 0.4 });
    drawing.line([box.left - tickLength, place.y(at), box.left, place.y(at)], { colour: softInk });
    drawing.text(label, box.left - tickLength - size * 0.2, place.y(at) + tickSize * 0.34, {
      ...{ size: tickSize, anchor: 'end' },
    });
  }
  const [title = ''] = drawing.lines(yAxis.title, box.bottom - box.top, 1);
  drawing.text(title, size * 0.85, (box.top + box.bottom) / 2, { anchor: 'middle', isUpright: true });
  const below = axisTitle(drawing, xAxis, right - left);
  const ticks = horizontalTicks(drawing, xAxis, xDomain, right - left).filter(({ at }) =>
    Number.isInteger(at),
  );
  for (const curve of drawn) drawBand(drawing, curve, place);
  for (const curve of drawn) drawMembers(drawing, curve, place);
  drawHorizontalAxis(drawing, { ...box, top: box.bottom }, ticks, place.x, below);
  drawing.line([box.left, box.top, box.left, box.bottom], { colour: softInk });
  drawn.forEach((curve, index) => {
    drawMean(drawing, curve, place, index / drawn.length);
  });
  drawNames(drawing, drawn, place, drawing.width - right);
  return box.bottom + horizontalAxisHeight(drawing, below.length);
}

interface Placing {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly box: Box;
}

function labelColumn(drawing: Drawing, curves: readonly ChartCurve[]): number {
  const widest = Math.max(0, ...curves.map(({ label }) => drawing.widthOf(label)));
  return Math.min(widest + drawing.style.size * 1.5, drawing.width * mostLabelShare);
}

/** Bands make room for themselves only as far as curves stay readable. */
function verticalDomain(axis: CurvesChart['y'], curves: readonly ChartCurve[]): Domain {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const include = (value: number): void => {
    if (!Number.isFinite(value)) return;
    if (value < low) low = value;
    if (value > high) high = value;
  };
  for (const { points, members } of curves) {
    for (const { y } of points) include(y);
    for (const { values } of members) values.forEach(include);
  }
  if (low > high) return { low: 0, high: 1 / axis.scale };
  const most = Math.max((high - low) * 0.4, 1e-9);
  const [first, last] = [low, high];
  for (const { points } of curves) {
    for (const point of points) {
      if (point.low === null || point.high === null) continue;
      include(Math.max(point.low, first - most));
      include(Math.min(point.high, last + most));
    }
  }
  const room = (high - low) * 0.04;
  const limited = {
    low: axis.fromZero ? Math.max(0, low - room) : low - room,
    high: Math.min(axis.highest ?? Number.POSITIVE_INFINITY, high + room),
  };
  return widened(limited, axis);
}

function drawBand(drawing: Drawing, { points, look }: ChartCurve, { x, y, box }: Placing): void {
  const inside = (value: number): number => Math.min(box.bottom, Math.max(box.top, y(value)));
  let upper: number[] = [];
  let lower: number[] = [];
  const close = (): void => {
    if (upper.length > 2) drawing.area([...upper, ...lower], look.colour, 0.16);
    [upper, lower] = [[], []];
  };
  for (const point of points) {
    if (point.low === null || point.high === null) {
      close();
      continue;
    }
    upper.push(x(point.x), inside(point.high));
    lower.unshift(x(point.x), inside(point.low));
  }
  close();
}

function drawMembers(drawing: Drawing, { members, look }: ChartCurve, { x, y }: Placing): void {
  for (const { values } of members) {
    let points: number[] = [];
    const close = (): void => {
      if (points.length > 2) {
        drawing.line(points, { colour: look.colour, width: drawing.style.size * 0.045, opacity: 0.45 });
      }
      points = [];
    };
    values.forEach((value, at) => {
      if (Number.isFinite(value)) points.push(x(at), y(value));
      else close();
    });
    close();
  }
}

/** The mean, broken where epochs are missing, with marks that begin elsewhere on each curve. */
function drawMean(drawing: Drawing, { points, look }: ChartCurve, { x, y }: Placing, offset: number): void {
  const { size } = drawing.style;
  const dash = look.dash.map((length) => length * size * 0.06);
  let run: number[] = [];
  const close = (): void => {
    if (run.length > 2) drawing.line(run, { colour: look.colour, width: size * 0.14, dash });
    run = [];
  };
  points.forEach((point, index) => {
    const before = points[index - 1];
    if (before !== undefined && point.x - before.x > 1) close();
    run.push(x(point.x), y(point.y));
  });
  close();
  const stride = Math.max(1, Math.floor(points.length / marksAlong));
  const first = Math.floor(offset * stride);
  points.forEach((point, index) => {
    if (index % stride !== first && points.length > 1) return;
    drawing.mark(look, x(point.x), y(point.y), { radius: drawing.markRadius * 0.8 });
  });
}

/** Names at the right ends, moved apart, with a thin line to where they belong. */
function drawNames(drawing: Drawing, curves: readonly ChartCurve[], { y, box }: Placing, room: number): void {
  const { size } = drawing.style;
  const step = size * leading;
  const names = curves
    .map(({ label, look, points }) => ({ label, look, end: y(points.at(-1)?.y ?? 0), at: 0 }))
    .toSorted((one, other) => one.end - other.end);
  let free = box.top - step;
  for (const name of names) {
    name.at = Math.max(name.end, free + step);
    free = name.at;
  }
  let least = box.bottom + step;
  for (const name of names.toReversed()) {
    name.at = Math.min(name.at, least - step);
    least = name.at;
  }
  const [from, sample, to] = [box.right - size * 0.3, box.right + size * 0.9, box.right + size * 1.4];
  for (const { label, look, end, at } of names) {
    const [text = ''] = drawing.lines(label, room - size * 1.4, 1);
    drawing.line([from, end, sample, at], { colour: faintInk, width: 0.35 });
    drawing.mark(look, sample, at, { radius: drawing.markRadius * 0.8 });
    drawing.text(text, to, at + size * 0.34);
  }
}
