/** The logarithm of a standard deviation, and what it is without each of the values in turn. */
export interface LogDeviation {
  readonly estimate: number;
  readonly without: Float64Array<ArrayBuffer>;
}

/** Not finite where the values, or all but one of them, are equal. Takes three values. */
export function logDeviation(values: Float64Array): LogDeviation {
  const n = values.length;
  let mean = 0;
  for (const value of values) mean += value / n;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  const without = values.map((value) => {
    const left = Math.max(0, squares - ((value - mean) ** 2 * n) / (n - 1));
    return Math.log(left / (n - 2)) / 2;
  });
  return { estimate: Math.log(squares / (n - 1)) / 2, without };
}

/** Squared standard error of an estimate by the delete-one jackknife, from what it is without each of its values. */
export function jackknifeVariance(without: Float64Array): number {
  const n = without.length;
  let mean = 0;
  for (const each of without) mean += each / n;
  let spread = 0;
  for (const each of without) spread += (each - mean) ** 2;
  return ((n - 1) / n) * spread;
}
