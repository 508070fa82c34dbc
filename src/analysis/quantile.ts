/**
 * Quantile of ascending values with linear interpolation (type 7 of Hyndman and Fan 1996, numpy's default).
 * @param probability 0 to 1.
 * @returns NaN of no values.
 */
export function quantileOfSorted(sorted: ArrayLike<number>, probability: number): number {
  const position = (sorted.length - 1) * probability;
  const below = Math.floor(position);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? Number.NaN;
  return low + (high - low) * (position - below);
}
