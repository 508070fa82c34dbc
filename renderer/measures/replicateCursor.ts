import type { Spread } from './spread.ts';

export type Direction = 'lower' | 'higher' | 'variant-before' | 'variant-after';

/**
 * Where the keyboard's cursor goes in a picture of replicates: along the values of a variant, or to the replicate of
 * another variant whose value is nearest.
 * @param from a replicate's id, or null for the start.
 * @returns a replicate's id, or null where there is none.
 */
export function movedCursor(
  spreads: readonly Spread[],
  from: string | null,
  direction: Direction,
): string | null {
  const rows = spreads
    .filter(({ points }) => points.length > 0)
    .map(({ points }) => points.toSorted((one, other) => one.value - other.value || one.index - other.index));
  const row = rows.findIndex((points) => points.some(({ replicate }) => replicate === from));
  const points = rows[row];
  if (points === undefined) return rows[0]?.[0]?.replicate ?? null;
  const column = points.findIndex(({ replicate }) => replicate === from);
  if (direction === 'lower' || direction === 'higher') {
    const moved = column + (direction === 'higher' ? 1 : -1);
    return (points[moved] ?? points[column])?.replicate ?? null;
  }
  const target = rows[row + (direction === 'variant-after' ? 1 : -1)];
  const value = points[column]?.value ?? 0;
  if (target === undefined) return from;
  const [nearest] = target.toSorted(
    (one, other) => Math.abs(one.value - value) - Math.abs(other.value - value),
  );
  return nearest?.replicate ?? from;
}
