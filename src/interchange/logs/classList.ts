import { invalidLog, readTextFile } from './textFile.ts';

/** Predicted classes take one byte each where there are no more classes than this. */
const bytesEnough = 256;
const mostClasses = 65_536;

/**
 * Reads a class a line, counted from 0, in the order of the test set; with or without a newline at the end.
 * @throws NoisefloorError `log-invalid` with file and line.
 */
export function readClassList(file: string): Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> {
  const text = readTextFile(file);
  const end = text.trimEnd().length;
  if (end === 0) throw invalidLog(file, null, 'it is empty.');
  const classes: number[] = [];
  let [start, line, largest] = [0, 1, 0];
  while (start <= end) {
    const next = text.indexOf('\n', start);
    const stop = next < 0 || next > end ? end : next;
    const value = wholeNumber(text, start, text.charCodeAt(stop - 1) === 13 ? stop - 1 : stop);
    if (value === null) {
      const shown = text.slice(start, Math.min(stop, start + 40)).trim();
      throw invalidLog(file, line, `"${shown}" is no class: a whole number from 0 was expected.`);
    }
    if (value >= mostClasses)
      throw invalidLog(file, line, `class ${value} is beyond what is read (${mostClasses}).`);
    classes.push(value);
    if (value > largest) largest = value;
    start = stop + 1;
    line += 1;
  }
  return largest < bytesEnough ? Uint8Array.from(classes) : Uint16Array.from(classes);
}

/** The number that these characters write; null where they write none. Ten times as fast as cutting the text up. */
function wholeNumber(text: string, start: number, stop: number): number | null {
  if (stop <= start || stop - start > 9) return null;
  let value = 0;
  for (let at = start; at < stop; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return null;
    value = value * 10 + digit;
  }
  return value;
}
