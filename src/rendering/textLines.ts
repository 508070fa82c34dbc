import type { Typeface } from './fonts.ts';
import type { Weight } from './scene.ts';

/** How text is broken into lines. */
interface Lines {
  readonly face: Typeface;
  readonly size: number;
  readonly weight?: Weight;
  /** Points. */
  readonly width: number;
  readonly most: number;
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** A text in lines that are no wider than there is room; what does not fit ends in an ellipsis. */
export function linesOf(text: string, { face, size, weight = 'regular', width, most }: Lines): string[] {
  const fits = (line: string): boolean => face.width(line, size, weight) <= width;
  // No format has a place for what controls a terminal, nor for half a character.
  const words = text
    .toWellFormed()
    .replace(/[\s\p{Control}\uFFFE\uFFFF]+/gu, ' ')
    .trim()
    .split(' ');
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (fits(longer)) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = fits(word) ? [word] : piecesOf(word, fits);
    line = pieces.pop() ?? '';
    lines.push(...pieces);
  }
  if (line !== '') lines.push(line);
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most - 1), shortened(lines.slice(most - 1).join(' '), fits)];
}

/** A name is best broken after one of these. */
const breakable = /^(.*[+\-_/.:,])(.+)$/s;

/** A word that is wider than a line, in pieces that are not; scripts without spaces break like this. */
function piecesOf(word: string, fits: (line: string) => boolean): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const { segment } of segmenter.segment(word)) {
    if (piece !== '' && !fits(piece + segment)) {
      const [, before = piece, after = ''] = breakable.exec(piece) ?? [];
      pieces.push(before);
      piece = after;
    }
    piece += segment;
  }
  return [...pieces, piece];
}

/** The longest beginning that fits with an ellipsis. */
function shortened(text: string, fits: (line: string) => boolean): string {
  if (fits(text)) return text;
  const letters = Array.from(segmenter.segment(text), ({ segment }) => segment);
  const beginning = (length: number): string => `${letters.slice(0, length).join('').trimEnd()}…`;
  let [most, least] = [letters.length, 0];
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    if (fits(beginning(middle))) least = middle;
    else most = middle - 1;
  }
  return beginning(least);
}
