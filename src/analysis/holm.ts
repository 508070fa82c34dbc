/**
 * Adjusts the p of several tests so that at the level of one, any false finding among all of them stays as rare: Holm
 * (1979), "A simple sequentially rejective multiple test procedure". It supposes nothing of how they depend on each other.
 * @param pValues null where there was no test; it is not counted.
 */
export function holm(pValues: readonly (number | null)[]): (number | null)[] {
  const tested = pValues.flatMap((pValue, place) => (pValue === null ? [] : [{ pValue, place }]));
  const adjusted: (number | null)[] = pValues.map(() => null);
  let largest = 0;
  tested
    .toSorted((one, other) => one.pValue - other.pValue)
    .forEach(({ pValue, place }, rank) => {
      largest = Math.max(largest, Math.min(1, (tested.length - rank) * pValue));
      adjusted[place] = largest;
    });
  return adjusted;
}
