import type { Predictions } from './predictions.ts';

/** How replicates vote on each test example. */
export interface Votes {
  readonly replicates: number;
  readonly classes: number;
  /** How many replicates predict each class; [examples, classes]. */
  readonly counts: Uint32Array;
  /** The class with most votes, the first of equals; [examples]. */
  readonly majority: Uint32Array;
  /** Entropy of the shares of the votes, in bits; [examples]. */
  readonly entropy: Float64Array;
  /** Fraction of pairs of replicates that disagree; NaN below two replicates; [examples]. */
  readonly flipRates: Float64Array;
}

/** Counters held at once: they stay in a core's first caches. */
const countersAtOnce = 16_384;

/**
 * Counts the votes of some replicates. The flip rate of an example whose classes get c_k votes of R is
 * 1 - sum c_k (c_k - 1) / (R (R - 1)), its share of the churn.
 * @param rows of the predictions, those of the replicates that vote.
 * @param classes at least one more than the largest class index.
 */
export function countVotes(predictions: Predictions, rows: readonly number[], classes: number): Votes {
  const counting = countVotesInParts(predictions, rows, classes);
  for (;;) {
    const step = counting.next();
    if (step.done === true) return step.value;
  }
}

/** {@link countVotes} in parts of a few milliseconds, for whoever must not stand still. */
export function* countVotesInParts(
  predictions: Predictions,
  rows: readonly number[],
  classes: number,
): Generator<undefined, Votes> {
  const { examples } = predictions;
  const votes: Votes = {
    replicates: rows.length,
    classes,
    counts: new Uint32Array(examples * classes),
    majority: new Uint32Array(examples),
    entropy: new Float64Array(examples),
    flipRates: new Float64Array(examples),
  };
  const block = Math.max(1, Math.floor(countersAtOnce / classes));
  for (let from = 0; from < examples; from += block) {
    const to = Math.min(examples, from + block);
    countBlock(predictions, rows, votes, from, to);
    for (let example = from; example < to; example++) summarise(votes, example);
    yield;
  }
  return votes;
}

function countBlock(
  { examples, data }: Predictions,
  rows: readonly number[],
  { counts, classes }: Votes,
  from: number,
  to: number,
): void {
  for (const row of rows) {
    const start = row * examples;
    for (let example = from, at = from * classes; example < to; example++, at += classes) {
      const position = at + (data[start + example] ?? 0);
      counts[position] = (counts[position] ?? 0) + 1;
    }
  }
}

function summarise(
  { replicates, classes, counts, majority, entropy, flipRates }: Votes,
  example: number,
): void {
  const from = example * classes;
  let [best, most, agreeing, bits] = [0, 0, 0, 0];
  for (let index = 0; index < classes; index++) {
    const count = counts[from + index] ?? 0;
    if (count === 0) continue;
    agreeing += count * (count - 1);
    if (count < replicates) bits -= (count / replicates) * Math.log2(count / replicates);
    if (count > most) [best, most] = [index, count];
  }
  majority[example] = best;
  entropy[example] = bits;
  flipRates[example] = replicates < 2 ? NaN : 1 - agreeing / (replicates * (replicates - 1));
}

/** Whether all replicates agree on an example, and if so, whether they are right. */
export type Stability = 'right' | 'wrong' | 'stable' | 'unstable';

/** @param label true class; null where it is not known, and then what is stable is neither right nor wrong. */
export function stabilityOf(
  { counts, classes, majority, replicates }: Votes,
  example: number,
  label: number | null,
): Stability {
  const winner = majority[example] ?? 0;
  if ((counts[example * classes + winner] ?? 0) < replicates) return 'unstable';
  if (label === null) return 'stable';
  return winner === label ? 'right' : 'wrong';
}

/** The examples on which two rows of predictions differ, ascending. */
export function differingExamples(
  { examples, data }: Predictions,
  first: number,
  second: number,
): Uint32Array {
  const found: number[] = [];
  for (let example = 0; example < examples; example++) {
    if (data[first * examples + example] !== data[second * examples + example]) found.push(example);
  }
  return Uint32Array.from(found);
}
