import type { Palette } from './palette.ts';

interface TextStyle {
  color: string;
  fontFamily: string;
  fontSize: number;
}

interface NumberAxis {
  type: 'value';
  name: string;
  nameLocation: 'middle';
  nameTextStyle: TextStyle;
  axisLine: { show: boolean; onZero: boolean; lineStyle: { color: string } };
  axisTick: { show: boolean; lineStyle: { color: string } };
  axisLabel: TextStyle & { hideOverlap: boolean };
  splitLine: { lineStyle: { color: string } };
}

/** An axis of numbers as all pictures have it: quiet lines, readable ticks. */
export function numberAxis(palette: Palette, name: string): NumberAxis {
  return {
    type: 'value',
    name,
    nameLocation: 'middle',
    nameTextStyle: { color: palette.inkFaint, fontFamily: palette.font, fontSize: 12 },
    axisLine: { show: true, onZero: false, lineStyle: { color: palette.axis } },
    axisTick: { show: true, lineStyle: { color: palette.axis } },
    axisLabel: { color: palette.inkSoft, fontFamily: palette.font, fontSize: 12, hideOverlap: true },
    splitLine: { lineStyle: { color: palette.grid } },
  };
}

/** Round ends of an axis around values, with a little room; never of no width. */
export function roomyRange(values: readonly number[]): { min: number; max: number } {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const room = high > low ? (high - low) * 0.06 : Math.max(Math.abs(high) * 0.01, 1e-6);
  const step = niceStep((high - low + 2 * room) / 5);
  return {
    min: cleaned(Math.floor((low - room) / step) * step),
    max: cleaned(Math.ceil((high + room) / step) * step),
  };
}

/** The next of 1, 2, 5, 10 ... times a power of ten that is not below. */
export function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= least * 0.999) ?? 10;
  return factor * power;
}

/** Without the last bits' dust of a product: 0.30000000000000004 is 0.3. */
function cleaned(value: number): number {
  return Number(value.toPrecision(12));
}
