import { wrap } from './terminal/wrap.ts';

/** Writes one JSON object to standard output: all that a command with `--json` writes there. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Characters of a line of standard output; what is piped is as wide as it needs to be. */
export function outputWidth(): number {
  return process.stdout.isTTY && process.stdout.columns > 0
    ? process.stdout.columns
    : Number.MAX_SAFE_INTEGER;
}

/** Writes text to standard output. */
export function printText(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Writes a note for the person to standard error, where it does not mix with results. */
export function printNote(text: string): void {
  const { isTTY, columns } = process.stderr;
  const width = isTTY && columns > 0 ? columns - 1 : Number.MAX_SAFE_INTEGER;
  const lines = text.split('\n').flatMap((line) => wrap(line, width));
  process.stderr.write(`${lines.join('\n')}\n`);
}
