import { decimalsFor } from '../../src/analysis/wording.ts';
import type { Metric } from './metric.ts';

type Ends = { readonly low: number; readonly high: number } | null;

/** Digits of a value as its interval warrants; `scale` as in a metric. */
export function digits(value: number, ends: Ends, scale = 1): string {
  const scaled = ends === null ? null : { low: ends.low * scale, high: ends.high * scale };
  return (value * scale).toFixed(decimalsFor(value * scale, scaled)).replace('-', '−');
}

/** A value of a metric with its unit: `87.31 %`. */
export function metricValue(metric: Metric, value: number, decimals = metric.scale === 100 ? 2 : 4): string {
  return withUnit((value * metric.scale).toFixed(decimals).replace('-', '−'), metric.unit);
}

/** An interval's ends with the digits of its value: `0.21 to 0.57`. */
export function endsText(value: number, ends: NonNullable<Ends>, scale: number): string {
  const decimals = decimalsFor(value * scale, { low: ends.low * scale, high: ends.high * scale });
  const show = (end: number): string => (end * scale).toFixed(decimals).replace('-', '−');
  return `${show(ends.low)} to ${show(ends.high)}`;
}

export function withUnit(text: string, unit: string): string {
  return unit === '' ? text : `${text} ${unit}`;
}

/** `1 replicate`, `3 replicates`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Decimal units, as disks are sold: `2.8 MB`. */
export function byteSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < byteUnits.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const shown = unit === 0 || value >= 99.5 ? value.toFixed(0) : value.toFixed(1);
  return `${shown} ${byteUnits[unit] ?? 'B'}`;
}

/** A day without a time: `23 Nov 2026`. */
export function day(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime())
    ? 'unknown'
    : date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
}

/** A day with a time: `23 Nov 2026, 17:57`. */
export function moment(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime())
    ? 'unknown'
    : date.toLocaleString('en-GB', {
        day: 'numeric',
        month: 'short',
        year: 'numeric',
        hour: '2-digit',
        minute: '2-digit',
      });
}

/** `4.2 s`, `3 min 12 s`, `2 h 5 min`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
