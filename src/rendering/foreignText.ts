import { Resvg } from '@resvg/resvg-js';
import type { Weight } from './scene.ts';
import { escapedXml } from './xml.ts';

/** Text that the shipped font has no letters for, drawn with the machine's fonts. */
export interface Outline {
  /** In ems. */
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
const invisible = /[\p{Default_Ignorable_Code_Point}\p{Control}\s]/u;

/** Nobody gives this one a letter. */
const unassigned = '\u{10FFFD}';

/** Families with many scripts, one of which most systems have; those with Chinese and Japanese come first for these. */
const widelyKnown = ['Noto Sans', 'DejaVu Sans', 'Arial', 'Segoe UI', 'Helvetica Neue', 'Liberation Sans'];
const eastAsian = [
  ...['Noto Sans CJK SC', 'Noto Sans CJK JP', 'Source Han Sans', 'PingFang SC', 'Hiragino Sans'],
  ...['Microsoft YaHei', 'Yu Gothic', 'Malgun Gothic', 'WenQuanYi Zen Hei', 'Droid Sans Fallback'],
];
const isEastAsian = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

const outlines = new Map<string, Outline>();
const mostOutlines = 500;
const installed = new Map<string, ReadonlySet<string>>();

/** Whether a text has a character for which there is no glyph. */
export function hasForeignCharacters(text: string, hasGlyph: (codePoint: number) => boolean): boolean {
  return Array.from(text).some(
    (character) => !invisible.test(character) && !hasGlyph(character.codePointAt(0) ?? 0),
  );
}

/**
 * Outlines of a line of text, shaped and put into order (right-to-left scripts too) with fonts that the machine has,
 * by the renderer that draws PNGs.
 */
export function outlineOf(face: Face, text: string, weight: Weight): Outline {
  const key = `${face.family}\n${weight}\n${text}`;
  const known = outlines.get(key);
  if (known !== undefined) return known;
  if (outlines.size >= mostOutlines) outlines.clear();
  const family = familyFor(face, text);
  const letters = [...new Set(text)].filter((character) => !invisible.test(character));
  const line = (each: string): Line => ({ text: each, family, weight });
  const [path = '', box = '', ...drawn] = draw(face, [line(text), line(unassigned), ...letters.map(line)]);
  const missing = letters.filter((_, index) => drawn[index] === box);
  const outline = { width: rightEnd(path) / outlineSize, path, missing };
  outlines.set(key, outline);
  return outline;
}

/** The first family on this machine that is likely to have a text's letters. */
function familyFor(face: Face, text: string): string {
  const wanted = isEastAsian.test(text) ? [...eastAsian, ...widelyKnown] : [...widelyKnown, ...eastAsian];
  let known = installed.get(face.family);
  if (known === undefined) {
    const sample = (family: string): Line => ({ text: 'Aag', family, weight: 'regular' });
    const [without, ...paths] = draw(face, ['no such family', ...wanted].map(sample));
    known = new Set(wanted.filter((_, index) => paths[index] !== without));
    installed.set(face.family, known);
  }
  return wanted.find((family) => known.has(family)) ?? face.family;
}

interface Line {
  readonly text: string;
  readonly family: string;
  readonly weight: Weight;
}

/** Draws lines of text over each other, so that equal letters have equal paths. */
function draw(face: Face, lines: readonly Line[]): string[] {
  const elements = lines.map(({ text, family, weight }, index) => {
    const style = `font-family="${family}" font-size="${outlineSize}" font-weight="${weight === 'bold' ? 600 : 400}"`;
    return `<g id="line${index}"><text ${style} xml:space="preserve">${escapedXml(text)}</text></g>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1">${elements.join('')}</svg>`;
  const fontFiles = [face.files.regular, face.files.bold];
  const font = { fontFiles, loadSystemFonts: true, defaultFontFamily: face.family };
  const groups = new Resvg(svg, { font }).toString().split(/<g id="line(\d+)"/);
  return lines.map((_, index) => {
    const position = groups.indexOf(String(index));
    const group = position === -1 ? '' : (groups[position + 1] ?? '');
    return Array.from(group.matchAll(/\sd="([^"]*)"/g), (match) => match[1] ?? '').join(' ');
  });
}

/** How far a path reaches to the right; the renderer writes x and y of every point. */
function rightEnd(path: string): number {
  let right = 0;
  for (const point of path.matchAll(/(-?[\d.]+) -?[\d.]+/g)) right = Math.max(right, Number(point[1]));
  return right;
}
