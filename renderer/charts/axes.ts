import type { Palette } from './palette.ts';

/** Axes stand where they are told to: ECharts would measure every label, three times over, to see whether there is room. */
export const fixedGrid = { outerBoundsMode: 'none' } as const;

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
  axisLabel: TextStyle & { hideOverlap: boolean; formatter?: (value: number) => string };
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

/** Where an axis begins and ends, and how far apart its ticks are. */
export interface SteppedRange {
  readonly min: number;
  readonly max: number;
  readonly interval: number;
}

/** An axis with ticks at every step, all with as many digits as the step has. */
export function steppedAxis(palette: Palette, name: string, range: SteppedRange): NumberAxis & SteppedRange {
  const axis = numberAxis(palette, name);
  const decimals = Math.max(0, -Math.floor(Math.log10(range.interval) + 1e-9));
  const formatter = (value: number): string => {
    // The end of an axis has a tick of its own, which leaves no room for one right before it.
    const isCrowded = value < range.max && range.max - value < 0.6 * range.interval;
    return isCrowded ? '' : value.toFixed(decimals).replace('-', '−');
  };
  return { ...axis, ...range, axisLabel: { ...axis.axisLabel, formatter } };
}

/**
 * A range with zero in its middle that shows all of these, a little beyond the largest at a round number.
 * @param least what it reaches at the least.
 */
export function rangeAroundZero(ends: readonly number[], least: number): { min: number; max: number } {
  const largest = Math.max(...ends.map(Math.abs), least);
  const step = niceStep(largest / 4);
  const end = Number((Math.ceil((largest * 1.02) / step) * step).toPrecision(12));
  return { min: -end, max: end };
}

/** Epochs from the first to the last, with ticks at round numbers and at the last. */
export function epochRange(epochs: number): SteppedRange {
  const max = Math.max(1, epochs - 1);
  return { min: 0, max, interval: Math.max(1, niceStep(max / 6)) };
}

/** Round ends of an axis around values, with a little room; never of no width. */
export function roomyRange(values: readonly number[]): SteppedRange {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const room = high > low ? (high - low) * 0.06 : Math.max(Math.abs(high) * 0.01, 1e-6);
  const step = niceStep((high - low + 2 * room) / 6);
  return {
    min: cleaned(Math.floor((low - room) / step) * step),
    max: cleaned(Math.ceil((high + room) / step) * step),
    interval: step,
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
