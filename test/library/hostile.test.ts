import { copyFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { beforeAll, describe, expect, it } from 'vitest';
import { NoisefloorError } from '../../src/study/errors.ts';
import { Library } from '../../src/library/library.ts';
import { buildBatch, buildStudy, errorOf, storeStudy, temporaryFolder } from '../fixtures/library/library.ts';

const folder = temporaryFolder();
const good = path.join(folder, 'good.sqlite');
const bad = path.join(folder, 'bad.sqlite');

beforeAll(() => {
  const library = Library.open(good);
  for (const { id } of storeStudy(library, 'study', buildStudy({ replicates: 1 }))) {
    library.ingest(id, buildBatch(2));
  }
  library.saveDraft({ id: 'draft', name: 'A plan', content: { name: 'A plan' } });
  library.close();
});

/** Makes a library from elsewhere: the good one, after what `alter` does to it. */
function alteredLibrary(alter: (database: Database.Database) => void): void {
  for (const suffix of ['', '-wal', '-shm']) {
    rmSync(`${bad}${suffix}`, { force: true });
  }
  copyFileSync(good, bad);
  const database = new Database(bad);
  database.unsafeMode();
  alter(database);
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
}

const editSchema = (database: Database.Database, sql: string): void => {
  database.pragma('writable_schema = ON');
  database.exec(sql);
};

describe('a library from elsewhere', () => {
  it.each([
    ['a trigger', 'CREATE TRIGGER t AFTER INSERT ON studies BEGIN DELETE FROM studies; END'],
    ['a view', 'CREATE VIEW v AS SELECT * FROM studies'],
    ['a table', 'CREATE TABLE extra (a TEXT)'],
    ['a virtual table', 'CREATE VIRTUAL TABLE extra USING fts5(a)'],
    ['an index with an expression', 'CREATE INDEX i ON studies (lower(name))'],
    ['an added column', 'ALTER TABLE studies ADD COLUMN evil TEXT GENERATED ALWAYS AS (hex(id)) VIRTUAL'],
    ['a missing index', 'DROP INDEX studies_by_name'],
    ['a missing table', 'DROP TABLE logits'],
    ['planner statistics', 'ANALYZE'],
  ])('with %s too many or too few is refused before it is used', (_what, sql) => {
    alteredLibrary((database) => database.exec(sql));
    const { code, message } = errorOf(() => Library.open(bad).close());
    expect(code).toBe('library-schema-foreign');
    expect(message).toContain(bad);
  });

  it.each([
    [
      'a limit taken out of a table',
      "UPDATE sqlite_schema SET sql = replace(sql, 'length(name) BETWEEN 1 AND 200', '1')",
    ],
    [
      'a table renamed in its text only',
      "UPDATE sqlite_schema SET sql = replace(sql, 'TABLE logits', 'TABLE logitz')",
    ],
    [
      'a table that shares the pages of another',
      "UPDATE sqlite_schema SET rootpage = 2 WHERE name = 'predictions'",
    ],
    ['a schema that is no SQL', "UPDATE sqlite_schema SET sql = 'hello' WHERE name = 'studies'"],
  ])('with %s is refused', (_what, sql) => {
    alteredLibrary((database) => editSchema(database, sql));
    expect(errorOf(() => Library.open(bad).close()).code).toMatch(/^library-(schema-foreign|damaged)$/);
  });

  it.each([
    ['an id that leads out of its folder', "UPDATE studies SET id = '../../etc'"],
    ['text that is no JSON', "UPDATE replicates SET work_order = 'rm -rf'"],
    [
      'predictions longer than any are',
      'UPDATE predictions SET classes = zeroblob(134217729) WHERE rowid = 1',
    ],
    ['fingerprints that do not fill their rows', 'UPDATE fingerprints SET steps = 1000000'],
    ['a piece of a checkpoint that is too long', 'UPDATE checkpoint_chunks SET data = zeroblob(5000000)'],
    ['a status there is not', "UPDATE replicates SET status = 'winning'"],
  ])('with %s is refused', (_what, sql) => {
    alteredLibrary((database) => {
      database.pragma('ignore_check_constraints = ON');
      database.exec(sql);
    });
    expect(errorOf(() => Library.open(bad).close())).toMatchObject({
      code: 'library-damaged',
      message: expect.stringContaining('CHECK constraint failed') as string,
    });
  });

  it('with rows that belong to nothing is refused', () => {
    alteredLibrary((database) => {
      database.pragma('foreign_keys = OFF');
      database.exec('DELETE FROM variants');
    });
    expect(errorOf(() => Library.open(bad).close()).code).toBe('library-damaged');
  });

  it('with JSON of another shape gives one error for what it spoils', () => {
    alteredLibrary((database) => database.exec(`UPDATE studies SET study = '{"noisefloor": 1}'`));
    const library = Library.open(bad);
    expect(library.listStudies()).toHaveLength(1);
    expect(errorOf(() => library.study('study'))).toMatchObject({
      code: 'library-damaged',
      message: expect.stringContaining('study study is not valid') as string,
    });
    library.close();
  });

  it('with a checkpoint whose bytes were altered never hands them out', () => {
    alteredLibrary((database) =>
      database.exec("UPDATE checkpoint_chunks SET data = CAST('x' || substr(data, 2) AS BLOB)"),
    );
    const library = Library.open(bad);
    const [replicate] = library.replicates('study');
    expect(errorOf(() => library.checkpoint(replicate!.id)).code).toBe('library-damaged');
    library.close();
  });

  it('cut anywhere is refused or read, and never crashes', () => {
    const original = readFileSync(good);
    for (let end = 1; end < original.length; end += 3001) {
      alteredLibrary(() => undefined);
      truncateSync(bad, end);
      // SQLite fills a page that is cut with zeros: where only zeros are lost, nothing is.
      if (original.subarray(end).every((byte) => byte === 0)) useEverything(bad);
      else expect(errorOf(() => useEverything(bad)).code).toMatch(/^library-/);
    }
  });

  it('with bytes altered anywhere is refused or read, and never crashes', () => {
    const original = readFileSync(good);
    let refused = 0;
    const rounds = 200;
    for (let round = 0; round < rounds; round += 1) {
      const bytes = Buffer.from(original);
      // A third of the rounds alters the header and the schema, where most depends on each byte.
      const within = round % 3 === 0 ? 16_384 : bytes.length;
      for (let change = 0; change <= round % 4; change += 1) {
        const at = (round * 7919 + change * 104_729) % within;
        bytes[at] = bytes[at]! ^ (1 << ((round + change) % 8));
      }
      for (const suffix of ['-wal', '-shm']) {
        rmSync(`${bad}${suffix}`, { force: true });
      }
      writeFileSync(bad, bytes);
      try {
        useEverything(bad);
      } catch (error) {
        expect(error).toBeInstanceOf(NoisefloorError);
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(rounds / 20);
  });
});

/** Opens a library as if it had never been seen, and reads and writes all kinds of things in it. */
function useEverything(file: string): void {
  const library = Library.open(file, { distrust: true });
  try {
    for (const { id } of library.listStudies()) {
      library.study(id);
      library.metrics(id);
      library.predictionsAt(id, 1);
      library.predictionEpochs(id);
      for (const replicate of library.replicates(id)) {
        library.fingerprints(replicate.id);
        library.checkpoint(replicate.id);
        library.setReplicateNotes(replicate.id, 'read');
      }
      library.deleteStudy(id);
    }
    for (const { id } of library.listDrafts()) {
      library.draft(id);
    }
  } finally {
    library.close();
  }
}
