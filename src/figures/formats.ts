/** What a figure can be exported as. */
export const figureFormats = ['svg', 'pdf', 'png', 'csv', 'tex'] as const;
export type FigureFormat = (typeof figureFormats)[number];

/** Dots an inch of a PNG where none is asked for: enough for print. */
export const usualDpi = 300;
export const [fewestDpi, mostDpi] = [72, 1200];
