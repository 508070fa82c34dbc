import type { Interval, IntervalMethod } from '../analysis/interval.ts';
import type { StudyAnalysis } from '../analysis/summary.ts';
import { counted } from '../analysis/wording.ts';
import { listAnd } from '../study/nearest.ts';

const methods: Readonly<Record<IntervalMethod, string>> = {
  'student-t': 'Student t',
  'chi-square': 'chi-square',
  'jackknife-t': 'delete-one-replicate jackknife with Student t',
  'bootstrap-t': 'bootstrap-t',
};

/** `95 % Student t interval`: the level and the method of intervals that were drawn; null where there is none. */
export function intervalWords(intervals: readonly (Interval | null)[]): string | null {
  const drawn = intervals.find((interval) => interval !== null);
  if (drawn === undefined) return null;
  return `${Number((100 * drawn.level).toPrecision(6))} % ${methods[drawn.method]} interval`;
}

type CountedVariant = Pick<StudyAnalysis['variants'][number], 'name' | 'replicates' | 'excluded'>;

/** How many replicates count: `n = 8 replicates of each variant`, or each variant's own number. */
export function countWords(variants: readonly CountedVariant[]): string {
  const [first] = variants;
  if (first === undefined) return 'no replicates';
  if (variants.length === 1) return `n = ${counted(first.replicates, 'replicate')}`;
  if (variants.every(({ replicates }) => replicates === first.replicates)) {
    return `n = ${counted(first.replicates, 'replicate')} of each variant`;
  }
  return `n = ${listAnd(variants.map(({ name, replicates }) => `${replicates} (${name})`))} replicates`;
}

/** Which replicates do not count, and why; nothing is said where all do. */
export function exclusionWords(variants: readonly CountedVariant[]): string | null {
  const excluded = variants.flatMap(({ name, excluded: left }) =>
    [...Map.groupBy(left, ({ reason }) => reason.trim())].map(([reason, replicates]) => {
      const numbers = listAnd(replicates.map(({ index }) => String(index + 1)));
      return `${replicates.length === 1 ? 'replicate' : 'replicates'} ${numbers} of ${name} (${reason})`;
    }),
  );
  return excluded.length === 0 ? null : `Excluded: ${excluded.join('; ')}`;
}

/** Sentences of a caption: each begins with a capital and ends with a stop; null is left out. */
export function sentences(...parts: readonly (string | null)[]): string {
  return parts
    .flatMap((part) => (part === null || part === '' ? [] : [part]))
    .map((part) => `${part.charAt(0).toUpperCase()}${part.slice(1)}${/[.?]$/.test(part) ? '' : '.'}`)
    .join(' ');
}
