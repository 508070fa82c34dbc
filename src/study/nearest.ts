import { distance } from 'fastest-levenshtein';

/**
 * The candidates that a mistyped name may have meant, best first, at most three: those that differ only in case,
 * begin with it or contain it, or are a few edits away.
 */
export function nearest(name: string, candidates: readonly string[]): string[] {
  const wanted = name.trim().toLowerCase();
  if (wanted === '') return [];
  const tolerated = Math.max(1, Math.floor(wanted.length / 3));
  return candidates
    .map((candidate) => ({ candidate, edits: editsTo(wanted, candidate.toLowerCase()) }))
    .filter(({ edits }) => edits <= tolerated)
    .sort((left, right) => left.edits - right.edits)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** Edits between two names, where one that contains the other counts as almost right. */
function editsTo(wanted: string, candidate: string): number {
  const whole = distance(wanted, candidate);
  if (wanted.length < 2) return whole;
  const beginning = distance(wanted, candidate.slice(0, wanted.length)) + 0.5;
  const edits = wanted.length < 6 ? whole : Math.min(whole, beginning);
  if (candidate.startsWith(wanted)) return Math.min(edits, 0.5);
  const contains = candidate.includes(wanted) || (candidate.length > 2 && wanted.includes(candidate));
  return contains ? Math.min(edits, 1) : edits;
}

/** `a`, `a or b`, `a, b or c`. */
export function listOr(names: readonly string[]): string {
  return joined(names, 'or');
}

/** `a`, `a and b`, `a, b and c`. */
export function listAnd(names: readonly string[]): string {
  return joined(names, 'and');
}

function joined(names: readonly string[], conjunction: string): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} ${conjunction} ${last}`;
}

/**
 * The end of an error message about an unknown name: what it may have meant, and everything that is there.
 * For example `Did you mean "vary"? Known: fixed, vary.`
 */
export function suggestion(name: string, candidates: readonly string[]): string {
  const close = nearest(name, candidates).map((candidate) => `"${candidate}"`);
  if (candidates.length === 0) return 'Nothing belongs there.';
  const known = `Known: ${candidates.join(', ')}.`;
  return close.length === 0 ? known : `Did you mean ${listOr(close)}? ${known}`;
}
