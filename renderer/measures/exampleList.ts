import { stabilityOf, type Stability, type Votes } from '../../src/analysis/votes.ts';

export const exampleSorts = ['flips', 'entropy', 'index', 'class'] as const;
export type ExampleSort = (typeof exampleSorts)[number];

/** Which examples are listed; null is all. */
export interface ExampleFilter {
  readonly trueClass: number | null;
  readonly predictedClass: number | null;
  readonly stability: Stability | null;
}

export type Labels = Int32Array | null;

/** How many examples all replicates agree on, and are right about, or not. */
export function stabilityCounts(votes: Votes, labels: Labels): Readonly<Record<Stability, number>> {
  const counts = { right: 0, wrong: 0, stable: 0, unstable: 0 };
  for (let example = 0; example < votes.majority.length; example++) {
    counts[stabilityOf(votes, example, labels?.[example] ?? null)] += 1;
  }
  return counts;
}

/**
 * The examples that pass a filter, sorted; equals stay in the order of the test set.
 * @param among the examples to choose from; null is all.
 */
export function listExamples(
  votes: Votes,
  labels: Labels,
  { filter, sort, among }: { filter: ExampleFilter; sort: ExampleSort; among: Uint32Array | null },
): Uint32Array {
  const { trueClass, predictedClass, stability } = filter;
  const all = among ?? Uint32Array.from(votes.majority.keys());
  const passing = all.filter(
    (example) =>
      (trueClass === null || labels?.[example] === trueClass) &&
      (predictedClass === null || (votes.counts[example * votes.classes + predictedClass] ?? 0) > 0) &&
      (stability === null || stabilityOf(votes, example, labels?.[example] ?? null) === stability),
  );
  const keys: Record<ExampleSort, (example: number) => number> = {
    flips: (example) => -(votes.flipRates[example] ?? 0) || 0,
    entropy: (example) => -(votes.entropy[example] ?? 0),
    index: (example) => example,
    class: (example) => labels?.[example] ?? votes.majority[example] ?? 0,
  };
  const key = keys[sort];
  return passing.sort((left, right) => key(left) - key(right) || left - right);
}

/** The classes that got votes for an example, most votes first. */
export function votesOf({ counts, classes }: Votes, example: number): { index: number; count: number }[] {
  const cast = Array.from({ length: classes }, (_, index) => ({
    index,
    count: counts[example * classes + index] ?? 0,
  }));
  return cast.filter(({ count }) => count > 0).sort((left, right) => right.count - left.count);
}

/** How many examples have flip rates of exactly 0, and in even bins from there to 1. */
export function flipHistogram(flipRates: Float64Array, bins: number): { never: number; counts: number[] } {
  const counts = new Array<number>(bins).fill(0);
  let never = 0;
  for (const rate of flipRates) {
    if (rate === 0) never += 1;
    else {
      const bin = Math.min(bins - 1, Math.ceil(rate * bins - 1e-9) - 1);
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
  }
  return { never, counts };
}

/** Numbers in few words: `0 to 4, 7`. */
export function rangesText(numbers: readonly number[]): string {
  const parts: string[] = [];
  for (let from = 0; from < numbers.length;) {
    let to = from;
    while (numbers[to + 1] === (numbers[to] ?? 0) + 1) to += 1;
    const [first, last] = [numbers[from] ?? 0, numbers[to] ?? 0];
    parts.push(to - from < 2 ? numbers.slice(from, to + 1).join(', ') : `${first} to ${last}`);
    from = to + 1;
  }
  return parts.join(', ');
}

/** Colours of classes, told apart without hue by their order and the text beside them; used again beyond twelve. */
const classColours = [
  '#4477aa',
  '#ee6677',
  '#228833',
  '#ccbb44',
  '#66ccee',
  '#aa3377',
  '#ee8866',
  '#44bb99',
  '#bbbbbb',
  '#99782e',
  '#8899dd',
  '#aaaa00',
] as const;

export const classColour = (index: number): string => classColours[index % classColours.length] ?? '#bbbbbb';
