import { copyFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { writeCompactCopy } from '../../src/library/compactCopy.ts';
import { Library } from '../../src/library/library.ts';
import { buildBatch, buildStudy, errorOf, storeStudy, temporaryFolder } from '../fixtures/library/library.ts';

const folder = temporaryFolder();
const whole = path.join(folder, 'whole.sqlite');
const copy = path.join(folder, 'copy.sqlite');
const epochs = 5;

/** A study of the paper's four variants, one of whose replicates is left out. */
function makeLibrary(): { ids: string[]; fixed: ReadonlySet<string> } {
  const library = Library.open(whole);
  const orders = storeStudy(library, 'whole-1', buildStudy({ replicates: 2, epochs }));
  const ids = orders.map(({ id }) => id);
  for (const id of ids) library.ingest(id, buildBatch(epochs));
  library.excludeReplicate(ids[0] ?? '', 'a loose cable');
  library.close();
  const fixed = orders.filter(({ variant }) => variant.name === 'CONTROL').map(({ id }) => id);
  return { ids, fixed: new Set(fixed) };
}

function read<Result>(file: string, look: (library: Library) => Result): Result {
  const library = Library.open(file);
  try {
    return look(library);
  } finally {
    library.close();
  }
}

const epochsOf = (library: Library, id: string): number[] =>
  library.fingerprints(id).epochs.map(({ epoch }) => epoch);

describe('a compact copy of a library', () => {
  const { ids, fixed } = makeLibrary();
  writeFileSync(copy, 'what stood there before');
  writeCompactCopy(whole, copy, { fingerprintEpochs: 2 });

  it('keeps every fingerprint where nothing varies, and those of the first epochs elsewhere', () => {
    const kept = read(copy, (library) => ids.map((id) => [id, epochsOf(library, id)] as const));
    expect([kept.length, fixed.size]).toEqual([8, 2]);
    for (const [id, found] of kept) {
      expect([id, found]).toEqual([id, fixed.has(id) ? [0, 1, 2, 3, 4] : [0, 1]]);
    }
    // The library itself lost nothing.
    expect(read(whole, (library) => ids.map((id) => epochsOf(library, id).length))).toEqual(
      Array(8).fill(epochs),
    );
  });

  it('keeps everything else', () => {
    const told = (file: string): unknown =>
      read(file, (library) => ({
        study: { ...library.study('whole-1'), resultsFolder: null },
        replicates: library.replicates('whole-1').map(({ folder: _beside, ...replicate }) => replicate),
        metrics: library.metrics('whole-1'),
        predictions: [0, epochs - 1].map((epoch) => library.predictionsAt('whole-1', epoch)),
        checkpoints: ids.map((id) => library.checkpoint(id, epochs - 1)),
        fingerprints: ids.map((id) => library.fingerprints(id, 1)),
      }));
    expect(told(copy)).toEqual(told(whole));
  });

  it('is one file that is smaller, and that SQLite finds whole', () => {
    const passedOn = path.join(folder, 'passed-on.sqlite');
    writeCompactCopy(whole, passedOn, { fingerprintEpochs: 0 });
    const database = new Database(passedOn, { readonly: true });
    expect(database.pragma('journal_mode', { simple: true })).toBe('delete');
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(database.pragma('freelist_count', { simple: true })).toBe(0);
    database.close();
    expect(statSync(passedOn).size).toBeLessThan(statSync(whole).size);
    // Alone in another place it is opened as any library is.
    const elsewhere = path.join(folder, 'elsewhere.noisefloor');
    copyFileSync(passedOn, elsewhere);
    expect(read(elsewhere, (library) => library.listStudies())).toMatchObject([{ id: 'whole-1' }]);
  });

  it('is not made of a library that is not there', () => {
    expect(
      errorOf(() => {
        writeCompactCopy(path.join(folder, 'none.sqlite'), copy, { fingerprintEpochs: 1 });
      }).message,
    ).toContain('none.sqlite');
  });
});
