import { RandomStream } from '../noise/stream.ts';
import { brownForsythe, type SpreadComparison } from './brownForsythe.ts';
import { compareMeans, rounding, type MeanComparison } from './compareMeans.ts';
import { deviationRatio } from './deviationRatio.ts';
import type { Interval } from './interval.ts';

/** A permutation test of the difference of two means. */
export interface PermutationTest {
  /** How often the labels, dealt out anew, give a mean difference as large in size. */
  readonly pValue: number;
  /** The smallest p that so few replicates can reach: above the level, the test can find nothing. */
  readonly smallest: number;
  /** Whether all ways of dealing were counted; else so many were drawn. */
  readonly isExact: boolean;
  readonly dealt: number;
}

/** Two groups of replicates, compared: the second less the first, or over it. */
export interface GroupComparison extends MeanComparison {
  /** Whether replicates are compared in pairs that share their seeds. */
  readonly isPaired: boolean;
  readonly permutation: PermutationTest | null;
  /** How often a replicate of the second group lies above one of the first, ties counted half: Mann-Whitney U / (m n). */
  readonly above: number | null;
  /** The SD of the second over that of the first. */
  readonly sdRatio: number | null;
  /** Of that ratio: jackknife of its logarithm. Null below five replicates of each, or where one group does not move. */
  readonly sdRatioInterval: Interval | null;
  /** Whether they spread alike; null below five replicates of each. */
  readonly spread: SpreadComparison | null;
}

const mostEnumerated = 20_000;
const drawn = 9_999;

/** The draws of a comparison: the same for whoever compares the same groups, so that all give one p. */
export const comparisonDraws = (): RandomStream => RandomStream.named(0, 'compare-groups');

/**
 * Compares two groups of replicates.
 * - Unpaired: Welch's t; permutation of the labels.
 * - Paired: Student's t of the differences; permutation of their signs. For replicates that share their seeds.
 * A permutation p counts the observed deal: p = (1 + #{|T*| >= |T|}) / (B + 1) of B drawn ones (Phipson and Smyth 2010);
 * few enough are enumerated.
 * @param isPaired whether the two values of a place belong together; the groups are then equally long.
 * @param stream for what is drawn: same stream, same p.
 */
export function compareGroups(
  first: readonly number[],
  second: readonly number[],
  isPaired: boolean,
  stream: RandomStream,
): GroupComparison {
  const { ratio, interval } = deviationRatio(first, second, isPaired);
  return {
    isPaired,
    ...compareMeans(first, second, isPaired),
    permutation: isPaired
      ? signFlips(
          second.map((value, place) => value - (first[place] ?? 0)),
          stream,
        )
      : relabellings(first, second, stream),
    above: probabilityAbove(first, second),
    sdRatio: ratio,
    sdRatioInterval: interval,
    spread: brownForsythe([first, second]),
  };
}

function probabilityAbove(first: readonly number[], second: readonly number[]): number | null {
  if (first.length === 0 || second.length === 0) return null;
  const sorted = Float64Array.from(first).sort();
  let above = 0;
  for (const value of second) above += (rankOf(sorted, value, false) + rankOf(sorted, value, true)) / 2;
  return above / (first.length * second.length);
}

/** How many of ascending values are below one, or with `orEqual` not above it. */
function rankOf(sorted: Float64Array, value: number, orEqual: boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = sorted[middle] ?? 0;
    if (at < value || (orEqual && at === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Deals the pooled values out to groups of the same sizes; only the sum of the smaller group matters. */
function relabellings(
  first: readonly number[],
  second: readonly number[],
  stream: RandomStream,
): PermutationTest | null {
  if (first.length === 0 || second.length === 0) return null;
  const [few, many] = first.length <= second.length ? [first, second] : [second, first];
  const pooled = Float64Array.from([...few, ...many]);
  const total = pooled.reduce((sum, value) => sum + value, 0);
  const size = few.length;
  const expected = (total * size) / pooled.length;
  const sum = (values: readonly number[]): number => values.reduce((whole, value) => whole + value, 0);
  const observed = Math.abs(sum(few) - expected) - rounding * Math.abs(total);
  const ways = combinations(pooled.length, size);
  // Where both groups are equally large, every deal has a mirror image that differs as much.
  const smallest = (few.length === many.length ? 2 : 1) / ways;
  if (ways <= mostEnumerated) {
    let extreme = 0;
    forEachSum(pooled, size, (dealt) => {
      if (Math.abs(dealt - expected) >= observed) extreme++;
    });
    return { pValue: extreme / ways, smallest, isExact: true, dealt: ways };
  }
  let extreme = 1;
  for (let count = 0; count < drawn; count++) {
    let dealt = 0;
    for (let place = 0; place < size; place++) {
      const other = place + stream.nextInteger(pooled.length - place);
      const value = pooled[other] ?? 0;
      pooled[other] = pooled[place] ?? 0;
      pooled[place] = value;
      dealt += value;
    }
    if (Math.abs(dealt - expected) >= observed) extreme++;
  }
  return {
    ...{ pValue: extreme / (drawn + 1), smallest: Math.max(smallest, 1 / (drawn + 1)) },
    ...{ isExact: false, dealt: drawn },
  };
}

function signFlips(differences: readonly number[], stream: RandomStream): PermutationTest | null {
  const count = differences.length;
  if (count === 0) return null;
  const size = differences.reduce((sum, value) => sum + Math.abs(value), 0);
  const observed = Math.abs(differences.reduce((sum, value) => sum + value, 0)) - rounding * size;
  const ways = 2 ** count;
  const smallest = 2 / ways;
  const isExtreme = (flips: (place: number) => boolean): boolean => {
    let sum = 0;
    differences.forEach((value, place) => (sum += flips(place) ? -value : value));
    return Math.abs(sum) >= observed;
  };
  if (ways <= mostEnumerated) {
    let extreme = 0;
    for (let way = 0; way < ways; way++) if (isExtreme((place) => ((way >> place) & 1) === 1)) extreme++;
    return { pValue: extreme / ways, smallest, isExact: true, dealt: ways };
  }
  let extreme = 1;
  for (let way = 0; way < drawn; way++) if (isExtreme(() => stream.nextInteger(2) === 1)) extreme++;
  return {
    ...{ pValue: extreme / (drawn + 1), smallest: Math.max(smallest, 1 / (drawn + 1)) },
    ...{ isExact: false, dealt: drawn },
  };
}

function combinations(count: number, size: number): number {
  let ways = 1;
  for (let each = 1; each <= size; each++) ways = (ways * (count - size + each)) / each;
  return Math.round(ways);
}

/** Visits the sum of every choice of `size` of the values. */
function forEachSum(values: Float64Array, size: number, visit: (sum: number) => void): void {
  const choose = (from: number, left: number, sum: number): void => {
    if (left === 0) {
      visit(sum);
      return;
    }
    for (let place = from; place <= values.length - left; place++) {
      choose(place + 1, left - 1, sum + (values[place] ?? 0));
    }
  };
  choose(0, size, 0);
}
