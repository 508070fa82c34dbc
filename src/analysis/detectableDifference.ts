import studentQuantile from '@stdlib/stats-base-dists-t-quantile';

const significance = 0.05;
const power = 0.8;

/**
 * Smallest difference between the means of two methods that a two-sided 5 % test finds with 80 % power, with
 * `replicates` of each: (t(1 - a/2) + t(1 - b)) s sqrt(2 / n), with 2 (n - 1) degrees of freedom.
 * @param sd standard deviation of one replicate's result, in any unit.
 * @returns in the unit of `sd`; null below two replicates.
 */
export function detectableDifference(replicates: number, sd: number): number | null {
  if (replicates < 2) return null;
  const freedom = 2 * (replicates - 1);
  const quantiles = studentQuantile(1 - significance / 2, freedom) + studentQuantile(power, freedom);
  return quantiles * sd * Math.sqrt(2 / replicates);
}
