import type { NumberAxis } from '../figures/chart.ts';
import type { Domain } from '../figures/domain.ts';

/** A place on an axis: `at` in measured units, with what is written there. */
export interface Tick {
  readonly at: number;
  readonly label: string;
}

/** Round places within a range, at most so many. */
export function ticksOf(axis: NumberAxis, { low, high }: Domain, most: number): Tick[] {
  return axis.logarithmic === true ? powers(low, high, most) : evenTicks(axis, low, high, most);
}

function evenTicks({ scale }: NumberAxis, low: number, high: number, most: number): Tick[] {
  const [from, to] = [low * scale, high * scale];
  const step = stepOf((to - from) / Math.max(1, most - 1));
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const slack = step * 1e-6;
  const ticks: Tick[] = [];
  for (let index = Math.ceil((from - slack) / step); index * step <= to + slack; index++) {
    const value = index * step;
    ticks.push({ at: value / scale, label: numberText(value, decimals) });
  }
  return ticks;
}

/** The next of 1, 2, 5, 10 ... times a power of ten that is not below. */
function stepOf(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= least * 0.999) ?? 10;
  return factor * power;
}

function powers(low: number, high: number, most: number): Tick[] {
  const first = Math.floor(Math.log10(Math.max(1, low)));
  const last = Math.ceil(Math.log10(Math.max(10, high)));
  const stride = Math.max(1, Math.ceil((last - first + 1) / most));
  const ticks: Tick[] = [];
  for (let exponent = first; exponent <= last; exponent += stride) {
    ticks.push({ at: 10 ** exponent, label: numberText(10 ** exponent, 0) });
  }
  return ticks;
}

/** A number as it is printed: a true minus, thousands apart. */
export function numberText(value: number, decimals: number): string {
  const [whole = '', fraction] = Math.abs(value).toFixed(decimals).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  const text = fraction === undefined ? grouped : `${grouped}.${fraction}`;
  return value < 0 && /[1-9]/.test(text) ? `\u2212${text}` : text;
}
