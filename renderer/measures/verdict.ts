import type { GroupComparison } from '../../src/analysis/compareGroups.ts';
import { detectableDifference } from '../../src/analysis/detectableDifference.ts';
import type { Reading } from '../../src/analysis/reading.ts';
import { probability } from '../../src/analysis/wording.ts';
import { digits, endsText, withUnit } from './format.ts';
import type { Metric } from './metric.ts';
import type { Spread } from './spread.ts';

/** What two groups that are compared are called, and what a difference must exceed to matter. */
export interface Compared {
  readonly first: Spread;
  readonly second: Spread;
  readonly metric: Metric;
  readonly reading: Reading;
  /** In the units of the values. */
  readonly margin: number;
}

export type Verdict = 'different' | 'small' | 'equivalent' | 'open' | 'none';

/** The usual level of a test. */
const level = 0.05;

/** Which verdict the comparison allows. */
export function verdictOf(
  { interval, equivalenceInterval, pValue }: GroupComparison,
  margin: number,
): Verdict {
  if (interval === null || pValue === null) return 'none';
  const isWithin =
    equivalenceInterval !== null && equivalenceInterval.low > -margin && equivalenceInterval.high < margin;
  if (pValue < level) return isWithin ? 'small' : 'different';
  return isWithin ? 'equivalent' : 'open';
}

/** The verdict in words, with effect, interval and test. */
export function verdictSentence(comparison: GroupComparison, compared: Compared): string {
  const { first, second, metric, margin } = compared;
  const phrase = phraseOf(compared);
  const { difference, interval, equivalenceInterval } = comparison;
  if (difference === null) {
    const empty = [first, second].find(({ points }) => points.length === 0) ?? first;
    return `There is nothing to compare: no replicate of ${empty.variant} has a ${phrase}.`;
  }
  const unit = metric.differenceUnit;
  if (interval === null) return unmoving(difference, compared);
  const size = withUnit(digits(Math.abs(difference), interval, metric.scale), unit);
  const ends = `95\u00a0% interval ${endsText(difference, interval, metric.scale)}`;
  const test = testText(comparison);
  const bound = withUnit(digits(margin, null, metric.scale), unit);
  switch (verdictOf(comparison, margin)) {
    case 'different':
      return `${second.variant} has a ${direction(difference)} ${phrase} than ${first.variant}, by ${size} (${ends}): more than noise explains (${test}).${caution(comparison)}`;
    case 'small':
      return `${second.variant} has a ${direction(difference)} ${phrase} than ${first.variant}, by ${size} (${ends}; ${test}): a real difference, but one below the ${bound} that matter.`;
    case 'equivalent':
      return `${first.variant} and ${second.variant} are equivalent: their mean ${phrase} differs by less than ${bound} (90\u00a0% interval ${equivalenceInterval === null ? '' : endsText(difference, equivalenceInterval, metric.scale)}, two one-sided 5\u00a0% tests).`;
    default:
      return `No verdict on ${first.variant} and ${second.variant}: a difference of ${size} (${ends}) may be noise (${test}), and may be one that matters.${reachable(compared)}`;
  }
}

/** The number of a replicate that is compared, as it stands inside a sentence. */
function phraseOf({ metric, reading }: Compared): string {
  if (reading === 'last') return metric.phrase;
  return reading === 'best' ? `best ${metric.phrase}` : `${metric.phrase} averaged over epochs`;
}

function direction(difference: number): string {
  return difference > 0 ? 'higher' : 'lower';
}

function unmoving(difference: number, compared: Compared): string {
  const { first, second, metric } = compared;
  const phrase = phraseOf(compared);
  const fewest = Math.min(first.points.length, second.points.length);
  if (fewest < 2) {
    return `No verdict: ${first.variant} has ${first.points.length} and ${second.variant} ${second.points.length} of the replicates that are compared, and it takes two of each.`;
  }
  return difference === 0
    ? `${first.variant} and ${second.variant} have the same ${phrase} in every replicate.`
    : `${second.variant} has a ${direction(difference)} ${phrase} than ${first.variant}, by the same in every replicate: ${withUnit(digits(Math.abs(difference), null, metric.scale), metric.differenceUnit)}. Where nothing moves there is nothing to test.`;
}

/** The test of the difference: `Welch t(6.2) = 3.1, p = 0.021`. */
export function testText({ isPaired, statistic, freedom, pValue }: GroupComparison): string {
  if (statistic === null || freedom === null || pValue === null) return 'no test';
  const degrees = isPaired ? freedom.toFixed(0) : freedom.toFixed(1);
  return `${isPaired ? 'paired' : 'Welch'} t(${degrees}) = ${statistic.toFixed(2).replace('-', '−')}, ${probability(pValue)}`;
}

/** What stands against a test that found something. */
function caution({ permutation }: GroupComparison): string {
  if (permutation === null) return '';
  if (permutation.smallest > level) {
    return ` So few replicates cannot reach a permutation p below ${permutation.smallest.toPrecision(1)}: this rests on roughly normal values.`;
  }
  return permutation.pValue < level
    ? ''
    : ` A permutation test, which supposes nothing of their shape, does not agree (${probability(permutation.pValue)}).`;
}

function reachable({ first, second, metric }: Compared): string {
  const fewest = Math.min(first.points.length, second.points.length);
  const pooled = Math.sqrt(((first.sd ?? 0) ** 2 + (second.sd ?? 0) ** 2) / 2);
  const least = detectableDifference(fewest, pooled);
  if (least === null || least === 0) return '';
  const text = withUnit(Number((least * metric.scale).toPrecision(2)).toString(), metric.differenceUnit);
  return ` With ${fewest} replicates of each only a difference of about ${text} would be found reliably.`;
}
