import type { Interval } from '../../src/analysis/interval.ts';
import type { ComparedModel } from '../../src/analysis/overheads.ts';

/** What a ratio of times adds: `+41 %`, `−3 %`. */
export function addedText(ratio: number): string {
  const percent = 100 * (ratio - 1);
  return `${percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(Math.abs(percent) < 10 ? 1 : 0)}\u00a0%`;
}

/** A ratio with two decimals and its interval. */
export function ratioText(ratio: number | null, interval: Interval | null): string {
  if (ratio === null) return '–';
  return interval === null
    ? ratio.toFixed(2)
    : `${ratio.toFixed(2)} (${interval.low.toFixed(2)} to ${interval.high.toFixed(2)})`;
}

/** `1.02 to 1.41`, or one number where both are shown alike. */
function rangeText(low: number, high: number): string {
  const [first, last] = [low.toFixed(2), high.toFixed(2)];
  return first === last ? first : `${first} to ${last}`;
}

/** What the page of overhead says in words. */
export function overheadSentence(models: readonly ComparedModel[], settings: readonly string[]): string {
  const [baseline = 'default'] = settings;
  const compared = settings.includes('deterministic') ? 'deterministic' : (settings[1] ?? '');
  const timed = models.flatMap(({ model, settings: own, profiles }) => {
    const found = own.find(({ setting }) => setting === compared);
    const profile = profiles.find(({ setting }) => setting === compared);
    const ratio = profile?.compared.kernelRatio ?? found?.ratio ?? null;
    return ratio === null
      ? []
      : [{ model, ratio, interval: profile === undefined ? (found?.interval ?? null) : null }];
  });
  const [first, ...others] = timed.toSorted((one, other) => other.ratio - one.ratio);
  if (first === undefined) return 'No network of this measurement could be timed.';
  const clear = timed.filter(({ interval }) => interval !== null && (interval.low > 1 || interval.high < 1));
  const hasIntervals = timed.some(({ interval }) => interval !== null);
  const range =
    others.length === 0
      ? `${first.model} takes ${first.ratio.toFixed(2)} times as long under ${compared} as under ${baseline} execution (${addedText(first.ratio)}).`
      : `Under ${compared} execution networks take ${rangeText((others.at(-1) ?? first).ratio, first.ratio)} times as long as under ${baseline} execution; ${first.model} pays most (${addedText(first.ratio)}).`;
  if (!hasIntervals) return range;
  if (clear.length === 0) {
    return `${range} No 95\u00a0% interval leaves out 1: within what these rounds can tell, it costs nothing.`;
  }
  return `${range} ${clear.length === timed.length ? 'Every' : `Of ${timed.length}, ${clear.length}`} 95\u00a0% interval${clear.length === 1 || clear.length === timed.length ? '' : 's'} leave${clear.length === 1 || clear.length === timed.length ? 's' : ''} out 1.`;
}
