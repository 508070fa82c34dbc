import { NoisefloorError } from '../study/errors.ts';
import { usualLevel } from './interval.ts';
import { pairMean, type PairMean } from './pairMean.ts';
import type { Predictions } from './predictions.ts';

/** Counters held at once: they stay in a core's second-level cache. */
const countersAtOnce = 65_536;

/** One more than the largest class index. */
function classCount({ data }: Predictions): number {
  let largest = 0;
  for (let position = 0; position < data.length; position++) {
    const index = data[position] ?? 0;
    if (index > largest) largest = index;
  }
  return largest + 1;
}

/** Adds one for each prediction of the examples `from` to `to`; `counts` is [to - from, classes]. */
function countClasses(
  { replicates, examples, data }: Predictions,
  classes: number,
  from: number,
  to: number,
  counts: Uint32Array,
): void {
  for (let replicate = 0; replicate < replicates; replicate++) {
    const row = replicate * examples;
    let counter = 0;
    for (let example = from; example < to; example++, counter += classes) {
      const position = counter + (data[row + example] ?? 0);
      counts[position] = (counts[position] ?? 0) + 1;
    }
  }
}

/** Sets to 0 what {@link countClasses} counted and nothing else: with many classes, most counters were never touched. */
function clearClasses(
  { replicates, examples, data }: Predictions,
  classes: number,
  from: number,
  to: number,
  counts: Uint32Array,
): void {
  if (classes < replicates) {
    counts.fill(0);
    return;
  }
  for (let replicate = 0; replicate < replicates; replicate++) {
    const row = replicate * examples;
    for (let example = from; example < to; example++) {
      counts[(example - from) * classes + (data[row + example] ?? 0)] = 0;
    }
  }
}

/**
 * Calls `visit` for blocks of examples with, for each example of the block, how many replicates predict each class;
 * `counts` is [examples of the block, classes].
 */
function forEachBlock(
  predictions: Predictions,
  classes: number,
  visit: (from: number, to: number, counts: Uint32Array) => void,
): void {
  const { examples } = predictions;
  const blockExamples = Math.max(1, Math.floor(countersAtOnce / classes));
  const counts = new Uint32Array(blockExamples * classes);
  for (let from = 0; from < examples; from += blockExamples) {
    const to = Math.min(examples, from + blockExamples);
    countClasses(predictions, classes, from, to, counts);
    visit(from, to, counts);
    clearClasses(predictions, classes, from, to, counts);
  }
}

/**
 * For each replicate, with how many (other replicate, example) it agrees: the sum over examples of c - 1, where c
 * replicates predict its class. Takes O(N R) steps where the matrix of pairs takes O(N R^2).
 */
function agreements(predictions: Predictions): Float64Array {
  const { replicates, examples, data } = predictions;
  const classes = classCount(predictions);
  const sums = new Float64Array(replicates);
  forEachBlock(predictions, classes, (from, to, counts) => {
    for (let replicate = 0; replicate < replicates; replicate++) {
      const row = replicate * examples;
      let sum = 0;
      let counter = 0;
      for (let example = from; example < to; example++, counter += classes) {
        sum += (counts[counter + (data[row + example] ?? 0)] ?? 0) - 1;
      }
      sums[replicate] = (sums[replicate] ?? 0) + sum;
    }
  });
  return sums;
}

/**
 * Churn: the fraction of test examples on which two replicates' predictions differ, as the mean over all pairs of
 * replicates (paper, section 3.2). An example whose classes are predicted c_k times adds 1 - sum c_k (c_k - 1) /
 * (R (R - 1)). It needs no labels. The interval is {@link pairMean}'s jackknife, from the same counts.
 */
export function churn(predictions: Predictions, level = usualLevel): PairMean {
  const { replicates, examples } = predictions;
  if (examples === 0) return { mean: null, interval: null };
  const disagreements = agreements(predictions).map((sum) => ((replicates - 1) * examples - sum) / examples);
  return pairMean(disagreements, 1, level);
}

/**
 * How often replicates part on each example: the fraction of pairs of replicates whose predictions differ there.
 * Its mean is the churn.
 * @returns [examples], or null below two replicates.
 */
export function flipRates(predictions: Predictions): Float64Array | null {
  const { replicates, examples, data } = predictions;
  if (replicates < 2) return null;
  const classes = classCount(predictions);
  const rates = new Float64Array(examples);
  const pairs = replicates * (replicates - 1);
  forEachBlock(predictions, classes, (from, to, counts) => {
    for (let replicate = 0; replicate < replicates; replicate++) {
      const row = replicate * examples;
      for (let example = from; example < to; example++) {
        const same = counts[(example - from) * classes + (data[row + example] ?? 0)] ?? 0;
        rates[example] = (rates[example] ?? 0) + (replicates - same);
      }
    }
  });
  for (let example = 0; example < examples; example++) rates[example] = (rates[example] ?? 0) / pairs;
  return rates;
}

/**
 * Churn between two groups of replicates on the same examples: the fraction of examples on which one replicate of
 * each differ, averaged over all such pairs. Null where a group or the test set is empty.
 * @throws NoisefloorError `predictions-mismatch` when the groups have different numbers of examples.
 */
export function crossChurn(first: Predictions, second: Predictions): number | null {
  if (first.examples !== second.examples) {
    throw new NoisefloorError(
      'predictions-mismatch',
      `The groups were tested on ${first.examples} and ${second.examples} examples: churn needs the same test set in the same order.`,
    );
  }
  const { examples } = first;
  const pairs = first.replicates * second.replicates;
  if (pairs === 0 || examples === 0) return null;
  const classes = Math.max(classCount(first), classCount(second));
  let agreeing = 0;
  forEachBlock(first, classes, (from, to, counts) => {
    for (let replicate = 0; replicate < second.replicates; replicate++) {
      const row = replicate * examples;
      for (let example = from; example < to; example++) {
        agreeing += counts[(example - from) * classes + (second.data[row + example] ?? 0)] ?? 0;
      }
    }
  });
  return (pairs * examples - agreeing) / (pairs * examples);
}
