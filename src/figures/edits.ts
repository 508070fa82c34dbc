import { z } from 'zod';

/** Where a figure will stand; widths in inches are those of the venues' style files. */
export const widths = {
  icml: { title: 'ICML', column: 3.25, page: 6.75 },
  neurips: { title: 'NeurIPS', column: 5.5, page: 5.5 },
  iclr: { title: 'ICLR', column: 5.5, page: 5.5 },
  cvpr: { title: 'CVPR', column: 3.25, page: 6.875 },
  jmlr: { title: 'JMLR', column: 6, page: 6 },
  mlsys: { title: 'MLSys', column: 3.25, page: 6.75 },
  slides: { title: 'Slides', column: 8, page: 12 },
} as const;

export const widthNames = ['icml', 'neurips', 'iclr', 'cvpr', 'jmlr', 'mlsys', 'slides'] as const;
export const fontNames = ['sans', 'serif'] as const;
export type FontName = (typeof fontNames)[number];
export const paletteNames = ['okabe-ito', 'muted', 'grey'] as const;
export type PaletteName = (typeof paletteNames)[number];

/** Points; below six nobody reads a printed letter. */
export const smallestText = 6;
export const largestText = 32;
const usualText = { print: 9, slides: 20 };

export const longestText = 300;
const text = z.string().max(longestText);

/** What a person changes of a figure; whatever is left out is as the figure comes. */
export const figureEditsSchema = z.strictObject({
  /** Above the figure; none by default, since papers have captions. */
  title: text.optional(),
  /** Texts of the figure and what stands in their place: names of variants, studies, classes, axes. */
  labels: z.record(text, text).optional(),
  /** Variants (or studies, where those are compared) by name, the first on top; others come after them. */
  order: z.array(text).max(64).optional(),
  /** Those that are left out. */
  hidden: z.array(text).max(64).optional(),
  width: z.enum(widthNames).optional(),
  span: z.enum(['column', 'page']).optional(),
  font: z.enum(fontNames).optional(),
  /** Of the labels, in points; ticks are two smaller, but never below six. */
  size: z.number().min(smallestText).max(largestText).optional(),
  palette: z.enum(paletteNames).optional(),
  /** Whether single replicates are drawn beside what is computed of them. */
  replicates: z.boolean().optional(),
});
export type FigureEdits = z.infer<typeof figureEditsSchema>;

/** How a figure looks on paper. */
export interface FigureStyle {
  readonly inches: number;
  readonly font: FontName;
  /** Points. */
  readonly size: number;
  readonly tickSize: number;
}

/** @param span that the figure has where a person does not choose. */
export function styleOf(edits: FigureEdits, span: 'column' | 'page'): FigureStyle {
  const width = edits.width ?? 'icml';
  const size = edits.size ?? (width === 'slides' ? usualText.slides : usualText.print);
  return {
    inches: widths[width][edits.span ?? span],
    font: edits.font ?? 'sans',
    size,
    tickSize: Math.max(smallestText, size - 2),
  };
}

/** Sorts what has a name as a person wants it: what is not named comes after, in its own order. */
export function sorted<Item extends { readonly name: string }>(
  items: readonly Item[],
  { order = [] }: FigureEdits,
): Item[] {
  const place = ({ name }: Item): number => {
    const position = order.indexOf(name);
    return position === -1 ? order.length : position;
  };
  return items.toSorted((one, other) => place(one) - place(other));
}

/** {@link arranged} of names alone. */
export function arrangedNames(names: readonly string[], edits: FigureEdits): string[] {
  return arranged(
    names.map((name) => ({ name })),
    edits,
  ).map(({ name }) => name);
}

/** Sorts what has a name as a person wants it, and leaves out what is hidden. */
export function arranged<Item extends { readonly name: string }>(
  items: readonly Item[],
  edits: FigureEdits,
): Item[] {
  return sorted(
    items.filter(({ name }) => edits.hidden?.includes(name) !== true),
    edits,
  );
}
