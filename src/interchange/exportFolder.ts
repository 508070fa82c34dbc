import { createWriteStream, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { NoisefloorError } from '../study/errors.ts';

/** Where an export is written before all of it is there. */
export interface ExportTarget {
  /** The path of a part of it, whose folder is made. */
  place(...parts: readonly string[]): string;
  /** Writes a text file piece by piece. */
  writeText(parts: readonly string[], pieces: AsyncIterable<string> | Iterable<string>): Promise<void>;
}

/**
 * Makes an export that appears as a whole or not at all: it is written beside its place and moved there at the end.
 * @param target a file or folder that is not there yet.
 * @param write writes the parts of a folder, or `place()` itself.
 * @throws NoisefloorError `export-exists`, `not-writable`, and what `write` throws; then nothing is left.
 */
export async function exportTo(
  target: string,
  write: (target: ExportTarget) => Promise<void>,
): Promise<string> {
  const whole = path.resolve(target);
  if (existsSync(whole)) {
    throw new NoisefloorError(
      'export-exists',
      `${whole} is there already. Give another place with --out, or remove it first.`,
      { details: { path: whole } },
    );
  }
  const partial = `${whole}.partial-${process.pid}`;
  try {
    mkdirSync(path.dirname(whole), { recursive: true });
    const place = (...parts: readonly string[]): string => {
      const file = path.join(partial, ...parts);
      mkdirSync(path.dirname(file), { recursive: true });
      return file;
    };
    await write({
      place,
      writeText: (parts, pieces) => pipeline(Readable.from(pieces), createWriteStream(place(...parts))),
    });
    renameSync(partial, whole);
    return whole;
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (!/^E[A-Z]+$/.test(code)) throw error;
    throw new NoisefloorError(
      code === 'ENOSPC' ? 'disk-full' : 'not-writable',
      code === 'ENOSPC'
        ? `The disk is full: ${whole} was not written. Make room, or give another place with --out.`
        : `${whole} cannot be written (${code}). Give another place with --out.`,
      { details: { path: whole }, cause: error },
    );
  }
}

/** Text that is good for a part of a file name everywhere: letters, digits, dots, plus and minus. */
export function fileNamePart(text: string): string {
  const plain = text.normalize('NFKD').replaceAll(/[^A-Za-z0-9.+-]+/g, '-');
  return plain.replaceAll(/^[-.]+|[-.]+$/g, '') || 'unnamed';
}

/**
 * A name for each text, all different, also where capitals are not told apart: parts of file names, numbered where two would
 * be one.
 */
export function distinctNames(texts: readonly string[], nameOf = fileNamePart): Map<string, string> {
  const taken = new Set<string>();
  const names = new Map<string, string>();
  for (const text of texts) {
    const base = nameOf(text);
    let name = base;
    for (let number = 2; taken.has(name.toLowerCase()); number += 1) name = `${base}-${number}`;
    taken.add(name.toLowerCase());
    names.set(text, name);
  }
  return names;
}
