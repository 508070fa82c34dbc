/**
 * Where the keyboard goes in the grid of replicates: along a variant, line by line within it, and on to the next variant.
 * @param rows the replicates of each variant.
 * @param move.perLine how many of a variant stand beside one another.
 * @returns a replicate's id, or null where the key does not move or there is nothing further.
 */
export function movedCell(
  rows: readonly (readonly string[])[],
  { from, key, perLine }: { from: string | null; key: string; perLine: number },
): string | null {
  const row = rows.findIndex((ids) => from !== null && ids.includes(from));
  const ids = rows[row];
  if (ids === undefined || from === null) return null;
  const at = ids.indexOf(from);
  switch (key) {
    case 'ArrowLeft':
      return ids[at - 1] ?? rows[row - 1]?.at(-1) ?? null;
    case 'ArrowRight':
      return ids[at + 1] ?? rows[row + 1]?.[0] ?? null;
    case 'ArrowUp':
      return ids[at - perLine] ?? atColumn(rows[row - 1], at % perLine, perLine, 'last');
    case 'ArrowDown':
      return ids[at + perLine] ?? atColumn(rows[row + 1], at % perLine, perLine, 'first');
    case 'Home':
      return ids[0] ?? null;
    case 'End':
      return ids.at(-1) ?? null;
    default:
      return null;
  }
}

/** The cell of a column in a variant's first or last line, or the nearest before it. */
function atColumn(
  ids: readonly string[] | undefined,
  column: number,
  perLine: number,
  line: 'first' | 'last',
): string | null {
  if (ids === undefined) return null;
  const start = line === 'first' ? 0 : Math.floor((ids.length - 1) / perLine) * perLine;
  return ids[Math.min(ids.length - 1, start + column)] ?? null;
}
