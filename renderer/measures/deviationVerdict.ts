import { fewestToCompare } from '../../src/analysis/brownForsythe.ts';
import type { GroupComparison } from '../../src/analysis/compareGroups.ts';
import type { Spread } from './spread.ts';
import { probability } from '../../src/analysis/wording.ts';

const level = 0.05;

/** The ratio of the SDs with its interval: `2.1 (95 % interval 0.9 to 4.7)`. */
export function ratioText({ sdRatio, sdRatioInterval }: GroupComparison): string {
  if (sdRatio === null) return '–';
  return sdRatioInterval === null
    ? ratioDigits(sdRatio)
    : `${ratioDigits(sdRatio)} (95\u00a0% interval ${ratioDigits(sdRatioInterval.low)} to ${ratioDigits(sdRatioInterval.high)})`;
}

/** Ratios are read by their size: two digits are what so few replicates warrant. */
function ratioDigits(ratio: number): string {
  return ratio >= 9.95 ? Number(ratio.toPrecision(2)).toLocaleString('en') : ratio.toPrecision(2);
}

/** The test of Brown and Forsythe: `Brown-Forsythe F(1, 8) = 5.2, p = 0.03`. */
export function deviationTest({ spread }: GroupComparison): string {
  if (spread === null) return `none below ${fewestToCompare} replicates of each that move`;
  return `Brown-Forsythe F(${spread.freedom.join(', ')}) = ${spread.statistic.toFixed(2)}, ${probability(spread.pValue)}`;
}

/** Whether two groups spread alike, with effect, interval and test. */
export function deviationSentence(
  comparison: GroupComparison,
  { first, second }: { readonly first: Spread; readonly second: Spread },
): string {
  const still = [first, second].filter(({ sd }) => sd === 0).map(({ variant }) => variant);
  if (still.length === 2) return 'Neither varies at all from replicate to replicate.';
  if (still.length === 1) {
    const other = first.sd === 0 ? second : first;
    return other.points.length < 2
      ? ''
      : `${still[0] ?? ''} does not vary at all from replicate to replicate, ${other.variant} does.`;
  }
  const fewest = Math.min(first.points.length, second.points.length);
  const { sdRatio, sdRatioInterval, spread } = comparison;
  if (sdRatio === null) return '';
  const ratio = ratioText(comparison);
  if (spread === null || fewest < fewestToCompare) {
    return `No verdict on their variability: the SD of ${second.variant} is ${ratioDigits(sdRatio)} times that of ${first.variant}, but with fewer than ${fewestToCompare} replicates of each that says nothing.`;
  }
  const differs = spread.pValue < level;
  const holdsOne = sdRatioInterval !== null && sdRatioInterval.low <= 1 && sdRatioInterval.high >= 1;
  const size = `the SD of ${second.variant} is ${ratio} times that of ${first.variant}`;
  if (differs) {
    const doubt = holdsOne
      ? ' The interval of the ratio holds 1 all the same: more replicates would settle it.'
      : '';
    return `${second.variant} varies ${sdRatio > 1 ? 'more' : 'less'} than ${first.variant}: ${size}, more than chance explains (${deviationTest(comparison)}).${doubt}`;
  }
  const doubt =
    sdRatioInterval !== null && !holdsOne
      ? ' The interval of the ratio leaves 1 out all the same: more replicates would settle it.'
      : '';
  return `No verdict on their variability: ${size}, which may be chance (${deviationTest(comparison)}).${doubt}`;
}
