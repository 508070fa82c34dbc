import type { NumberAxis } from '../figures/chart.ts';
import type { Domain } from '../figures/domain.ts';
import { leading, type Drawing } from './drawing.ts';
import { grid, ink, softInk } from './scene.ts';
import { ticksOf, type Tick } from './ticks.ts';

/** A box that values are drawn in, in points. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Marks at the end of an axis stand so far inside, in ems. */
export const inset = 0.45;

export const tickLength = 2.5;

/** Where a value stands between two places. */
export function placeOf(
  { low, high }: Domain,
  from: number,
  to: number,
  logarithmic = false,
): (value: number) => number {
  const place = logarithmic ? Math.log10 : (value: number): number => value;
  const [start, length] = [place(low), place(high) - place(low)];
  return (value) => from + ((place(value) - start) / length) * (to - from);
}

/** As many ticks as have room for their labels. */
export function horizontalTicks(drawing: Drawing, axis: NumberAxis, domain: Domain, width: number): Tick[] {
  const { tickSize } = drawing.style;
  for (let most = 7; most > 2; most--) {
    const ticks = ticksOf(axis, domain, most);
    const widest = Math.max(...ticks.map(({ label }) => drawing.widthOf(label, tickSize)));
    if (ticks.length * (widest + tickSize) <= width) return ticks;
  }
  return ticksOf(axis, domain, 2);
}

/** Lines of an axis's title as it fits under a panel. */
export function axisTitle(drawing: Drawing, { title }: NumberAxis, width: number): string[] {
  return drawing.lines(title, width, 4);
}

/** What stands under a panel: line, ticks, their labels and the title, whose height is {@link horizontalAxisHeight}. */
export function drawHorizontalAxis(
  drawing: Drawing,
  box: Box,
  ticks: readonly Tick[],
  x: (value: number) => number,
  title: readonly string[],
): void {
  const { size, tickSize } = drawing.style;
  for (const { at } of ticks) drawing.line([x(at), box.top, x(at), box.bottom], { colour: grid, width: 0.4 });
  drawing.line([box.left, box.bottom, box.right, box.bottom], { colour: softInk });
  for (const { at, label } of ticks) {
    drawing.line([x(at), box.bottom, x(at), box.bottom + tickLength], { colour: softInk });
    drawing.text(label, x(at), box.bottom + tickLength + tickSize, {
      size: tickSize,
      anchor: 'middle',
      colour: ink,
    });
  }
  const first = box.bottom + tickLength + tickSize * leading + size;
  title.forEach((line, index) => {
    drawing.text(line, (box.left + box.right) / 2, first + index * size * leading, { anchor: 'middle' });
  });
}

export function horizontalAxisHeight({ style: { size, tickSize } }: Drawing, titleLines: number): number {
  return tickLength + tickSize * leading + titleLines * size * leading + size * 0.15;
}
