/** Seconds as `0:42`, `12:05` or `3:04:09`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = String(whole % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
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

/**
 * Digits after the point that an uncertainty supports: its first two significant digits.
 * @param uncertainty half a width or a standard deviation, in the unit that is printed.
 */
function supportedDigits(uncertainty: number, fallback: number): number {
  if (!Number.isFinite(uncertainty) || uncertainty <= 0) {
    return fallback;
  }
  return Math.min(4, Math.max(0, 1 - Math.floor(Math.log10(uncertainty))));
}

/** A fraction as percent, with the digits its uncertainty (a fraction too) supports. */
export function formatPercent(fraction: number, uncertainty: number | null = null): string {
  return (fraction * 100).toFixed(uncertainty === null ? 1 : supportedDigits(uncertainty * 100, 2));
}

/** A plain number with the digits its uncertainty supports. */
export function formatNumber(value: number, uncertainty: number | null = null): string {
  return value.toFixed(uncertainty === null ? 3 : supportedDigits(uncertainty, 3));
}
