/** @returns the recorded epoch that is nearest to the wanted one, the later of two; null where there is none. */
export function nearestEpoch(recorded: readonly number[], wanted: number | null): number | null {
  if (wanted === null) return null;
  return recorded.reduce<number | null>(
    (best, at) => (best === null || Math.abs(at - wanted) <= Math.abs(best - wanted) ? at : best),
    null,
  );
}
