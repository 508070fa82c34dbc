import fDistribution from '@stdlib/stats-base-dists-f-cdf';
import { mean } from './mean.ts';
import { quantileOfSorted } from './quantile.ts';

/** A group needs so many values to be compared: below, the median's own scatter drowns the test. */
export const fewestToCompare = 5;

/** Whether groups spread alike. */
export interface SpreadComparison {
  /** Variance of the groups' mean absolute deviations over that within the groups. */
  readonly statistic: number;
  /** Degrees of freedom between and within the groups. */
  readonly freedom: readonly [number, number];
  /** How often groups that spread alike would differ as much. */
  readonly pValue: number;
}

/**
 * Test of Brown and Forsythe (1974), "Robust tests for the equality of variances": an analysis of variance of the absolute
 * deviations from each group's median. It holds without normal values, better than Bartlett's or the F test.
 * @returns null for fewer than two groups, for any with fewer than {@link fewestToCompare} values, and where nothing moves.
 */
export function brownForsythe(groups: readonly (readonly number[])[]): SpreadComparison | null {
  if (groups.length < 2 || groups.some((values) => values.length < fewestToCompare)) return null;
  const deviations = groups.map((values) => {
    const median = quantileOfSorted(
      values.toSorted((one, other) => one - other),
      0.5,
    );
    return values.map((value) => Math.abs(value - median));
  });
  const all = deviations.flat();
  const centre = mean(all) ?? 0;
  let [between, within] = [0, 0];
  for (const group of deviations) {
    const middle = mean(group) ?? 0;
    between += group.length * (middle - centre) ** 2;
    for (const deviation of group) within += (deviation - middle) ** 2;
  }
  if (within === 0) return null;
  const freedom = [groups.length - 1, all.length - groups.length] as const;
  const statistic = between / freedom[0] / (within / freedom[1]);
  return { statistic, freedom, pValue: 1 - fDistribution(statistic, freedom[0], freedom[1]) };
}
