import type { Interval } from './interval.ts';

/** Power of ten of a number's first digit. */
function magnitude(value: number): number {
  return Math.floor(Math.log10(value));
}

/**
 * How many decimals to show of a value: two digits of the half-width of its interval, but never so few that the
 * value's own first digit is lost. One decimal where there is neither.
 */
export function decimalsFor(value: number, interval: Pick<Interval, 'low' | 'high'> | null): number {
  const reach = interval === null ? 0 : (interval.high - interval.low) / 2;
  const byInterval = reach > 0 ? 1 - magnitude(reach) : 1;
  const byValue = value === 0 ? 0 : -magnitude(Math.abs(value));
  return Math.min(6, Math.max(0, byInterval, byValue));
}

/**
 * A fraction in hundredths, with its interval: `3.2 % (95 % interval 1.0 to 5.4 %)`.
 * @param unit what a hundredth is called.
 */
export function hundredths(fraction: number, interval: Interval | null, unit = '%'): string {
  const value = 100 * fraction;
  if (interval === null) return `${value.toFixed(decimalsFor(value, null))} ${unit}`;
  const ends = { low: 100 * interval.low, high: 100 * interval.high };
  const decimals = decimalsFor(value, ends);
  const show = (number: number): string => number.toFixed(decimals);
  const level = Number((100 * interval.level).toPrecision(6));
  return `${show(value)} ${unit} (${level} % interval ${show(ends.low)} to ${show(ends.high)})`;
}

/** `1 replicate`, `3 replicates`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A p-value as it is written: `p = 0.021`. */
export function probability(value: number): string {
  return value < 0.001 ? 'p < 0.001' : `p = ${value.toPrecision(2)}`;
}
