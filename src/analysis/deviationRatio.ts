import studentQuantile from '@stdlib/stats-base-dists-t-quantile';
import { fewestToCompare } from './brownForsythe.ts';
import { usualLevel, type Interval } from './interval.ts';
import { jackknifeVariance, logDeviation, type LogDeviation } from './logDeviation.ts';
import { standardDeviation } from './standardDeviation.ts';

/** The SD of one group over that of another. */
export interface DeviationRatio {
  /** Null where a group is too small for an SD or the first does not move. */
  readonly ratio: number | null;
  /** Null below {@link fewestToCompare} values of each, and where one of them does not move but for a single value. */
  readonly interval: Interval | null;
}

/** What moves by less than this part of its size does not move but for rounding. */
const rounding = 1e-12;

/**
 * Ratio of two standard deviations with the interval of Miller (1968), "Jackknifing variances": the delete-one jackknife of
 * the logarithm, with Student t and Satterthwaite's degrees of freedom. The F interval supposes normal values: where 95 %
 * is meant and both groups are alike, it covers 85 % of Laplace's and 77 % of exponential values at n = 10, this one 93 and
 * 91 %, and 95 to 97 % of normal ones and of counts of right predictions, also of groups unequally large. Bonett's (2006)
 * covers those better by a little, but 88 to 90 % at 5 against 20, and it knows no pairs.
 * @param isPaired whether the two values of a place belong together: they are then left out together.
 */
export function deviationRatio(
  first: readonly number[],
  second: readonly number[],
  isPaired: boolean,
  level = usualLevel,
): DeviationRatio {
  const [one, other] = [standardDeviation(first), standardDeviation(second)];
  if (one === null || other === null || !moves(first, one)) return { ratio: null, interval: null };
  const ratio = other / one;
  if (!moves(second, other) || Math.min(first.length, second.length) < fewestToCompare) {
    return { ratio, interval: null };
  }
  const [ours, theirs] = [logDeviation(Float64Array.from(first)), logDeviation(Float64Array.from(second))];
  if (!movesWithoutAny(ours) || !movesWithoutAny(theirs)) return { ratio, interval: null };
  const { error, freedom } = isPaired
    ? pairedError(ours.without, theirs.without)
    : separateError(ours.without, theirs.without);
  const reach = Math.exp(studentQuantile((1 + level) / 2, freedom) * error);
  return { ratio, interval: { low: ratio / reach, high: ratio * reach, level, method: 'jackknife-t' } };
}

function moves(values: readonly number[], sd: number): boolean {
  return sd > rounding * values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** Where all values but one are equal, what is left without that one is rounding: far below a millionth. */
function movesWithoutAny({ estimate, without }: LogDeviation): boolean {
  return without.every((each) => each > estimate - Math.log(1e6));
}

function separateError(ours: Float64Array, theirs: Float64Array): { error: number; freedom: number } {
  const [one, other] = [jackknifeVariance(ours), jackknifeVariance(theirs)];
  const freedom = (one + other) ** 2 / (one ** 2 / (ours.length - 1) + other ** 2 / (theirs.length - 1));
  return { error: Math.sqrt(one + other), freedom };
}

function pairedError(ours: Float64Array, theirs: Float64Array): { error: number; freedom: number } {
  const ratios = theirs.map((value, place) => value - (ours[place] ?? Number.NaN));
  return { error: Math.sqrt(jackknifeVariance(ratios)), freedom: ratios.length - 1 };
}
