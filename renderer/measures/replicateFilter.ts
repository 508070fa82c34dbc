import type { ReplicateRow } from '../stores/openStudy.ts';

/** What a filter can ask of, beside any text. */
const fields = ['variant', 'status', 'tag', 'device', 'is'] as const;
type Field = (typeof fields)[number];

/** One word of a filter: `status:finished`, `-tag:"ran hot"`, or plain text. */
export interface FilterToken {
  readonly field: Field | null;
  readonly text: string;
  /** Whether what fits is left out. */
  readonly isNot: boolean;
}

/** @returns the words of a filter; one without a text asks nothing. */
export function filterTokens(filter: string): FilterToken[] {
  const found = filter.matchAll(/(-)?(?:(\w+):)?(?:"([^"]*)"?|(\S+))/g);
  return [...found].flatMap(([whole, minus, name, quoted, plain]): FilterToken[] => {
    const text = quoted ?? plain ?? '';
    const field = fields.find((candidate) => candidate === name?.toLowerCase()) ?? null;
    const isNot = minus !== undefined;
    if (field === null && name !== undefined) return [{ field, text: isNot ? whole.slice(1) : whole, isNot }];
    return text === '' ? [] : [{ field, text, isNot }];
  });
}

/** A token as it is typed. */
export function tokenText(field: Field, text: string): string {
  return `${field}:${/[\s"]/.test(text) ? `"${text.replaceAll('"', '')}"` : text}`;
}

/** @returns whether a replicate has all that a filter asks; tokens of one field are alternatives. */
export function fitsFilter(replicate: ReplicateRow, tokens: readonly FilterToken[]): boolean {
  if (tokens.some((token) => token.isNot && has(replicate, token))) return false;
  const wanted = tokens.filter(({ isNot }) => !isNot);
  if (!wanted.every((token) => token.field !== null || has(replicate, token))) return false;
  return fields.every((field) => {
    const alternatives = wanted.filter((token) => token.field === field);
    return alternatives.length === 0 || alternatives.some((token) => has(replicate, token));
  });
}

function has(replicate: ReplicateRow, { field, text }: FilterToken): boolean {
  const wanted = text.toLowerCase();
  switch (field) {
    case 'variant':
      return replicate.variant.toLowerCase() === wanted;
    case 'status':
      return replicate.status === wanted;
    case 'tag':
      return replicate.tags.some((tag) => tag.toLowerCase() === wanted);
    case 'device':
      return replicate.device.toLowerCase().startsWith(wanted);
    case 'is':
      return wanted === 'excluded' && replicate.excludedReason !== null;
    case null: {
      const { variant, index, id, status, notes, tags, excludedReason, exitReason } = replicate;
      const searched = [`${variant} ${index}`, id, status, notes, tags.join(' '), excludedReason, exitReason];
      return searched.some((part) => part?.toLowerCase().includes(wanted) === true);
    }
  }
}

const phrases: Record<Field, string> = {
  variant: 'variant',
  status: 'status',
  tag: 'tag',
  device: 'device',
  is: 'that are',
};

/** What a filter asks, in words; empty where it asks nothing. */
export function filterInWords(tokens: readonly FilterToken[]): string {
  const positive = fields.flatMap((field) => {
    const texts = tokens.filter((token) => token.field === field && !token.isNot).map(({ text }) => text);
    return texts.length === 0 ? [] : [`${phrases[field]} ${texts.join(' or ')}`];
  });
  const containing = tokens.flatMap((token) =>
    token.field === null && !token.isNot ? [`containing “${token.text}”`] : [],
  );
  const without = tokens.flatMap(({ field, text, isNot }) =>
    isNot ? [field === null ? `not containing “${text}”` : `not ${phrases[field]} ${text}`] : [],
  );
  return [...positive, ...containing, ...without].join(', ');
}

/** @returns the filter with a token taken out where it stands in it, or else added at its end. */
export function toggledToken(filter: string, token: string): string {
  const [wanted] = filterTokens(token);
  const kept = filterTokens(filter);
  const isSame = (other: FilterToken): boolean =>
    other.field === wanted?.field && other.text.toLowerCase() === wanted.text.toLowerCase() && !other.isNot;
  if (!kept.some(isSame)) return `${filter.trim()} ${token}`.trim();
  return kept
    .filter((other) => !isSame(other))
    .map(({ field, text, isNot }) => `${isNot ? '-' : ''}${field === null ? text : tokenText(field, text)}`)
    .join(' ');
}
