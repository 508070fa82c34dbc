import { readFileSync } from 'node:fs';
import { invalidLog, readTextFile } from './textFile.ts';

/** Predicted classes take one byte each where there are no more classes than this. */
const bytesEnough = 256;
const mostClasses = 65_536;

const newline = 10;
const carriageReturn = 13;
const zero = 48;

type Classes = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;

/**
 * Reads a class a line, counted from 0, in the order of the test set; with or without a newline at the end.
 * @throws NoisefloorError `log-invalid` with file and line.
 */
export function readClassList(file: string): Classes {
  return plainClasses(file) ?? classesOf(file, readTextFile(file));
}

/** The classes of a file that holds nothing but digits and newlines, as all sound ones do; null for any other. */
function plainClasses(file: string): Classes | null {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch {
    return null;
  }
  const classes = new Uint16Array(bytes.length / 2 + 1);
  let [count, value, digits, largest] = [0, 0, 0, 0];
  for (let at = 0; at <= bytes.length; at += 1) {
    const byte = at === bytes.length ? newline : (bytes[at] ?? 0);
    const digit = byte - zero;
    if (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      digits += 1;
      continue;
    }
    const isEnd = at === bytes.length && digits === 0 && count > 0;
    if (isEnd) break;
    if (byte !== newline || digits === 0 || digits > 5 || value >= mostClasses) return null;
    classes[count] = value;
    count += 1;
    if (value > largest) largest = value;
    value = 0;
    digits = 0;
  }
  return largest < bytesEnough ? Uint8Array.from(classes.subarray(0, count)) : classes.slice(0, count);
}

/** @throws NoisefloorError `log-invalid` with file and line. */
function classesOf(file: string, text: string): Classes {
  const lines = text.trimEnd().split('\n');
  if (lines.length === 1 && lines[0] === '') throw invalidLog(file, null, 'it is empty.');
  let largest = 0;
  const classes = lines.map((line, index) => {
    const written = line.charCodeAt(line.length - 1) === carriageReturn ? line.slice(0, -1) : line;
    if (!/^\d{1,9}$/.test(written)) {
      const shown = written.slice(0, 40).trim();
      throw invalidLog(file, index + 1, `"${shown}" is no class: a whole number from 0 was expected.`);
    }
    const value = Number(written);
    if (value >= mostClasses) {
      throw invalidLog(file, index + 1, `class ${value} is beyond what is read (${mostClasses}).`);
    }
    largest = Math.max(largest, value);
    return value;
  });
  return largest < bytesEnough ? Uint8Array.from(classes) : Uint16Array.from(classes);
}
