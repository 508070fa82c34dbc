import { Resvg } from '@resvg/resvg-js';
import type { Weight } from './scene.ts';
import { escapedXml } from './xml.ts';

/** Text that the shipped font has no letters for, drawn with the machine's fonts, in ems. */
export interface Outline {
  readonly width: number;
  /** SVG path data whose baseline begins at (0, 0), at a size of {@link outlineSize}. */
  readonly path: string;
  /** Characters that no font of this machine has; boxes stand in their place. */
  readonly missing: readonly string[];
}

/** Size at which outlines are made, in the units of their paths. */
export const outlineSize = 100;

/** What is needed of a typeface to draw what it lacks. */
interface Face {
  readonly family: string;
  readonly files: Readonly<Record<Weight, string>>;
}

/** Joins letters or chooses their form, and is not drawn by itself. */
const invisible = /[\p{Default_Ignorable_Code_Point}\p{Control}]/u;

/** Nobody gives this one a letter. */
const unassigned = '\u{10FFFD}';

const outlines = new Map<string, Outline>();
const mostOutlines = 500;

/** Whether a text has a character for which there is no glyph. */
export function hasForeignCharacters(text: string, hasGlyph: (codePoint: number) => boolean): boolean {
  return Array.from(text).some(
    (character) => !invisible.test(character) && !hasGlyph(character.codePointAt(0) ?? 0),
  );
}

/**
 * Outlines of a line of text, shaped and put into order (right-to-left scripts too) by the renderer that draws PNGs.
 * Letters of the typeface stay the typeface's.
 */
export function outlineOf(face: Face, text: string, weight: Weight): Outline {
  const key = `${face.family}\n${weight}\n${text}`;
  const known = outlines.get(key);
  if (known !== undefined) return known;
  if (outlines.size >= mostOutlines) outlines.clear();
  const drawn = draw(face, text, weight);
  const box = draw(face, unassigned, weight).path;
  const missing = [...new Set(text)].filter(
    (character) => !invisible.test(character) && draw(face, character, weight).path === box,
  );
  const outline = { ...drawn, missing };
  outlines.set(key, outline);
  return outline;
}

function draw(face: Face, text: string, weight: Weight): { width: number; path: string } {
  const style = `font-family="${face.family}, sans-serif" font-size="${outlineSize}" font-weight="${weight === 'bold' ? 600 : 400}"`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><text ${style} xml:space="preserve">${escapedXml(text)}</text></svg>`;
  const resvg = new Resvg(svg, { font: fontsWithSystem(face) });
  const box = resvg.getBBox();
  const path = [...resvg.toString().matchAll(/\sd="([^"]*)"/g)].map((match) => match[1] ?? '').join(' ');
  return { width: box === undefined ? 0 : (box.x + box.width) / outlineSize, path };
}

/** The shipped font first, and those of the machine for what it lacks. */
export function fontsWithSystem({ family, files }: Face): {
  fontFiles: string[];
  loadSystemFonts: boolean;
  defaultFontFamily: string;
} {
  return { fontFiles: [files.regular, files.bold], loadSystemFonts: true, defaultFontFamily: family };
}
