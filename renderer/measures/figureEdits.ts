import { sorted, styleOf, type FigureEdits } from '../../src/figures/edits.ts';

/** What is said of a figure by default, so that saying it again changes nothing. */
export interface FigureAsItComes {
  readonly span: 'column' | 'page';
  /** What edits sort and hide, in its own order. */
  readonly series: readonly string[];
}

/** Edits without whatever is so anyway: a figure on which everything was taken back is as it comes. */
export function essentialEdits(edits: FigureEdits, comes: FigureAsItComes): FigureEdits {
  const { title, labels, order, hidden, width, span, font, size, palette, replicates } = edits;
  const others = Object.entries(labels ?? {}).filter(([text, other]) => other !== text);
  const usualSize = styleOf({ ...(width === undefined ? {} : { width }) }, comes.span).size;
  const isMoved = order !== undefined && order.some((name, place) => comes.series[place] !== name);
  return {
    ...(title === undefined || title === '' ? {} : { title }),
    ...(others.length === 0 ? {} : { labels: Object.fromEntries(others) }),
    ...(isMoved ? { order } : {}),
    ...(hidden === undefined || hidden.length === 0 ? {} : { hidden }),
    ...(width === undefined || width === 'icml' ? {} : { width }),
    ...(span === undefined || span === comes.span ? {} : { span }),
    ...(font === undefined || font === 'sans' ? {} : { font }),
    ...(size === undefined || size === usualSize ? {} : { size }),
    ...(palette === undefined || palette === 'okabe-ito' ? {} : { palette }),
    ...(replicates === false ? { replicates } : {}),
  };
}

/** Whether nothing is changed. */
export function isAsItComes(edits: FigureEdits | null): boolean {
  return edits === null || Object.keys(edits).length === 0;
}

/** A figure's series as edits sort them: those that are not named come after, in their own order. */
export function seriesInOrder(series: readonly string[], edits: FigureEdits): string[] {
  return sorted(
    series.map((name) => ({ name })),
    edits,
  ).map(({ name }) => name);
}

/** A list with one of its items elsewhere. */
export function moved<Item>(items: readonly Item[], item: Item, place: number): Item[] {
  const others = items.filter((other) => other !== item);
  const at = Math.min(others.length, Math.max(0, place));
  return [...others.slice(0, at), item, ...others.slice(at)];
}
