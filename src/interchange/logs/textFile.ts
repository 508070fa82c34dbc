import { readFileSync } from 'node:fs';
import { NoisefloorError } from '../../study/errors.ts';

/** Refuses something in a file by its place. */
export function invalidLog(file: string, line: number | null, why: string): NoisefloorError {
  const where = line === null ? file : `${file}, line ${line}`;
  return new NoisefloorError('log-invalid', `${where}: ${why}`, { details: { file, line } });
}

/**
 * A text file as UTF-8, without its byte order mark.
 * @throws NoisefloorError `log-invalid` where it cannot be read, is of another encoding, or no text.
 */
export function readTextFile(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw invalidLog(
      file,
      null,
      `it cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}).`,
    );
  }
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw invalidLog(file, null, 'it is UTF-16. Save it as UTF-8.');
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const binary = text.indexOf('\0');
    if (binary < 0) return text;
    throw invalidLog(file, lineOf(text, binary), 'it holds binary data where text was expected.');
  } catch (error) {
    if (error instanceof NoisefloorError) throw error;
    throw invalidLog(file, null, 'it is no UTF-8 text.');
  }
}

function lineOf(text: string, position: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < position; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}
