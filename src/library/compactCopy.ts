import { rmSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { variantSchema } from '../study/variant.ts';
import { noiseSources } from '../study/noise.ts';
import { translatingErrors } from './sqliteError.ts';
import { parseStored } from './storedJson.ts';

/** Small records fill small pages better. */
const pageBytes = 4096;

/**
 * Writes a small copy of a library, to be passed on: one file without a log of changes. Of the fingerprints it keeps all
 * where nothing varies, since every step of them is evidence that replicates are identical, and elsewhere those of the
 * first epochs, in which replicates part. Everything else stays.
 * @param target is replaced.
 * @param fingerprintEpochs so many epochs' fingerprints are kept of variants in which something varies.
 * @throws NoisefloorError what SQLite refuses.
 */
export function writeCompactCopy(
  libraryPath: string,
  target: string,
  { fingerprintEpochs }: { fingerprintEpochs: number },
): void {
  rmSync(target, { force: true });
  translatingErrors(libraryPath, () => {
    const library = new Database(libraryPath, { readonly: true, fileMustExist: true });
    try {
      library.prepare('VACUUM INTO ?').run(path.resolve(target));
    } finally {
      library.close();
    }
  });
  translatingErrors(target, () => {
    const copy = new Database(target);
    try {
      const variants = copy
        .prepare<[], { key: number; definition: string }>('SELECT key, definition FROM variants')
        .all();
      const remove = copy.prepare(
        'DELETE FROM fingerprints WHERE epoch >= ? AND replicate_key IN (SELECT key FROM replicates WHERE variant_key = ?)',
      );
      for (const { key, definition } of variants) {
        if (somethingVaries(definition)) remove.run(fingerprintEpochs, key);
      }
      copy.pragma('journal_mode = DELETE');
      copy.pragma(`page_size = ${pageBytes}`);
      copy.exec('VACUUM');
    } finally {
      copy.close();
    }
  });
}

function somethingVaries(definition: string): boolean {
  const { sources, implementation, perturbation } = parseStored(variantSchema, definition, 'variant');
  if (perturbation !== undefined) return true;
  return implementation !== 'deterministic' || noiseSources.some((source) => sources[source] === 'vary');
}
