import type { Interval } from '../../../src/analysis/interval.ts';
import { decimalsFor } from '../../../src/analysis/wording.ts';

/** Seconds as `0:42`, `12:05` or `3:04:09`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = String(whole % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** About how long, as one says it: `40 s`, `12 min`, `5 h`, `9 days`. */
export function roughDuration(seconds: number): string {
  const hours = seconds / 3600;
  if (hours >= 48) return `${formatCount(hours / 24)} days`;
  if (hours >= 1) return `${hours >= 10 ? Math.round(hours) : Number(hours.toFixed(1))} h`;
  return seconds >= 90 ? `${Math.round(seconds / 60)} min` : `${Math.max(1, Math.round(seconds))} s`;
}

/** Bytes with a decimal unit, such as `1.4 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit] ?? 'B'}`;
}

/** A count with thousands separators. */
export function formatCount(value: number): string {
  return Math.round(value).toLocaleString('en-GB');
}

/** The digits of a value that an uncertainty in its unit supports: half a width, or a standard deviation. */
function withUncertainty(value: number, uncertainty: number | null): string {
  const interval = uncertainty === null ? null : { low: value - uncertainty, high: value + uncertainty };
  return value.toFixed(decimalsFor(value, interval));
}

/** A fraction as percent, with the digits its uncertainty (a fraction too) supports; one after the point without. */
export function formatPercent(fraction: number, uncertainty: number | null = null): string {
  return withUncertainty(100 * fraction, uncertainty === null ? null : 100 * uncertainty);
}

/** A plain number with the digits its uncertainty supports; one after the point without. */
export function formatNumber(value: number, uncertainty: number | null = null): string {
  return withUncertainty(value, uncertainty);
}

/** The ends of an interval of fractions as percent, both with the digits that its width supports: `[2.8, 22.1]`. */
export function formatPercentInterval({ low, high }: Pick<Interval, 'low' | 'high'>): string {
  const ends = { low: 100 * low, high: 100 * high };
  const decimals = decimalsFor(ends.low, ends);
  return `[${ends.low.toFixed(decimals)}, ${ends.high.toFixed(decimals)}]`;
}
