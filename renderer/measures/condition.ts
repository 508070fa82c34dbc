/** Under which noise a variant's replicates were trained, as it stands at the end of a clause. */
export function conditionOf(variant: string): string {
  const name = variant.toUpperCase();
  if (name === 'ALGO+IMPL') return 'when everything varies';
  if (name === 'ALGO') return 'under algorithmic noise alone';
  return name === 'IMPL' ? 'under implementation noise alone' : `under ${variant}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
