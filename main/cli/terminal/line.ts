import type { Paint } from './colours.ts';

/** A piece of a line; how it is painted does not count as width. */
export type Segment = readonly [text: string, paint?: Paint];

/** Puts pieces together to a line of at most `width` characters; what is cut off is marked by an ellipsis. */
export function fitLine(segments: readonly Segment[], width: number): string {
  const total = segments.reduce((sum, [text]) => sum + lengthOf(text), 0);
  let left = total > width ? width - 1 : width;
  let line = '';
  for (const [text, paint] of segments) {
    const shown = Array.from(text).slice(0, left).join('');
    left -= lengthOf(shown);
    line += paint === undefined || shown === '' ? shown : paint(shown);
  }
  return total > width ? `${line}…` : line;
}

const lengthOf = (text: string): number => Array.from(text).length;
