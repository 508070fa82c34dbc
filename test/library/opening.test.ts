import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openConnection } from '../../src/library/open.ts';
import { Library } from '../../src/library/library.ts';
import { applicationId, migrate } from '../../src/library/migrate.ts';
import { migrations } from '../../src/library/migrations.ts';
import { buildBatch, buildStudy, errorOf, storeStudy, temporaryFolder } from '../fixtures/library/library.ts';

const folder = temporaryFolder();
const inFolder = (name: string): string => path.join(folder, name);

/** The error that opening a library gives, which must name the library. */
function openingError(file: string): string {
  const { code, message } = errorOf(() => Library.open(file, { busyMilliseconds: 100 }).close());
  expect(message).toContain(file);
  return code;
}

describe('opening a library', () => {
  it('makes it, and the folders above it, with every protection on', () => {
    const file = inFolder('deep/er/new.sqlite');
    Library.open(file).close();
    const statements: string[] = [];
    openConnection(file, { onStatement: (sql) => statements.push(sql) }).close();
    const pragmas = statements.filter((sql) => sql.startsWith('PRAGMA'));
    expect(pragmas).toEqual(
      expect.arrayContaining(['PRAGMA trusted_schema = OFF', 'PRAGMA foreign_keys = ON']),
    );
    const database = new Database(file);
    const pragma = (name: string): unknown => database.pragma(name, { simple: true });
    expect({
      application: pragma('application_id'),
      version: pragma('user_version'),
      journal: pragma('journal_mode'),
      vacuum: pragma('auto_vacuum'),
    }).toEqual({
      application: applicationId,
      version: migrations.at(-1)?.version,
      journal: 'wal',
      vacuum: 2,
    });
    const tables = database.pragma('table_list') as { schema: string; name: string; strict: number }[];
    const own = tables.filter(({ schema, name }) => schema === 'main' && !name.startsWith('sqlite_'));
    const made = migrations.flatMap(({ sql }) => sql.match(/CREATE TABLE/g) ?? []);
    expect(own).toHaveLength(made.length);
    expect(own.every(({ strict }) => strict === 1)).toBe(true);
    // Defensive mode is a compiled-in default of better-sqlite3: whatever the file says, its schema is not writable.
    database.pragma('writable_schema = ON');
    expect(() => database.exec("UPDATE sqlite_schema SET sql = 'x'")).toThrow(/may not be modified/);
    database.close();
  });

  it('reads the whole of a file once, when it is new here', () => {
    const file = inFolder('familiar.sqlite');
    Library.open(file).close();
    const checks = (): number => {
      let count = 0;
      openConnection(file, { onStatement: (sql) => (count += sql.includes('quick_check') ? 1 : 0) }).close();
      return count;
    };
    expect(checks()).toBe(0);
    const copied = inFolder('copied.sqlite');
    writeFileSync(copied, readFileSync(file));
    let seen = 0;
    openConnection(copied, { onStatement: (sql) => (seen += sql.includes('quick_check') ? 1 : 0) }).close();
    expect(seen).toBe(1);
  });

  it('takes an empty file for a new library', () => {
    const file = inFolder('empty.sqlite');
    writeFileSync(file, '');
    Library.open(file).close();
    expect(readFileSync(file, 'latin1').startsWith('SQLite format 3')).toBe(true);
  });

  it.each([
    ['text', 'This is not a database, it is a letter to a friend.\n'],
    ['a short text', 'hi'],
    ['the beginning of a database', 'SQLite format 3\0'],
  ])('refuses %s and leaves it as it is', (name, content) => {
    const file = inFolder(`${name}.txt`);
    writeFileSync(file, content);
    expect(openingError(file)).toMatch(/^library-(not-a-database|damaged)$/);
    expect(readFileSync(file, 'latin1')).toBe(content);
  });

  it('refuses the database of another program and leaves it as it is', () => {
    const file = inFolder('other.sqlite');
    const database = new Database(file);
    database.exec('CREATE TABLE bookmarks (url TEXT); PRAGMA application_id = 42');
    database.close();
    const before = readFileSync(file);
    expect(openingError(file)).toBe('library-not-a-library');
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('refuses a library from the future', () => {
    const file = inFolder('future.sqlite');
    Library.open(file).close();
    const database = new Database(file);
    database.pragma('user_version = 999');
    database.close();
    expect(openingError(file)).toBe('library-from-the-future');
  });

  it('refuses what cannot be a file or be written', () => {
    mkdirSync(inFolder('a-folder.sqlite'));
    expect(openingError(inFolder('a-folder.sqlite'))).toBe('library-not-writable');
    writeFileSync(inFolder('a-file'), '');
    expect(openingError(inFolder('a-file/library.sqlite'))).toBe('library-not-writable');
  });

  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
    'refuses a folder without permission',
    () => {
      mkdirSync(inFolder('locked-folder'));
      chmodSync(inFolder('locked-folder'), 0o555);
      expect(openingError(inFolder('locked-folder/library.sqlite'))).toBe('library-not-writable');
    },
  );

  it('waits for another writer, then says that the library is locked', () => {
    const file = inFolder('busy.sqlite');
    const library = Library.open(file, { busyMilliseconds: 100 });
    storeStudy(library, 'kept');
    const writer = new Database(file);
    writer.exec('BEGIN IMMEDIATE');
    expect(errorOf(() => storeStudy(library, 'second'))).toMatchObject({
      code: 'library-locked',
      message: expect.stringContaining(file) as string,
    });
    expect(library.listStudies()).toHaveLength(1);
    writer.close();
    storeStudy(library, 'second');
    expect(library.listStudies()).toHaveLength(2);
    library.close();
  });
});

describe('migrations', () => {
  it('are numbered without gaps, and the first makes a library', () => {
    expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, index) => index + 1));
    const database = new Database(':memory:');
    migrate(database, 'memory', migrations.slice(0, 1));
    expect(database.pragma('user_version', { simple: true })).toBe(1);
    expect(() =>
      database.exec("INSERT INTO studies (id, name, study, created, seed) VALUES ('A', 'n', '{}', '', 0)"),
    ).toThrow(/CHECK constraint failed/);
    database.exec("INSERT INTO studies (id, name, study, created, seed) VALUES ('a-1', 'n', '{}', '', 0)");
    database.close();
  });

  it('that fail change nothing, and later ones go on from there', () => {
    const database = new Database(':memory:');
    migrate(database, 'memory', migrations.slice(0, 1));
    const failing = {
      version: 3,
      sql: 'CREATE TABLE extra (a TEXT) STRICT; INSERT INTO nowhere VALUES (1);',
    };
    const second = { version: 2, sql: 'ALTER TABLE studies ADD COLUMN colour TEXT;' };
    const schema = (): unknown[] => database.prepare('SELECT sql FROM sqlite_schema').all();
    const before = schema();
    expect(() => migrate(database, 'memory', [migrations[0]!, second, failing])).toThrow(/nowhere/);
    expect(schema()).toEqual(before);
    expect(database.pragma('user_version', { simple: true })).toBe(1);
    migrate(database, 'memory', [migrations[0]!, second]);
    expect(database.pragma('user_version', { simple: true })).toBe(2);
    database.close();
  });
});

describe('a disk that is full', () => {
  it('gives one clear error, and what was stored before stays', (context) => {
    const mount = inFolder('small-disk');
    mkdirSync(mount);
    const mounted = spawnSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=2m', 'noisefloor-test', mount]);
    if (mounted.status !== 0) {
      context.skip('a small file system cannot be mounted here (that needs root)');
    }
    try {
      expect(statfsSync(mount).blocks * statfsSync(mount).bsize).toBeLessThanOrEqual(2 * 1024 * 1024);
      const file = path.join(mount, 'library.sqlite');
      const library = Library.open(file);
      const [first, second] = storeStudy(library, 'kept', buildStudy({ replicates: 1 }));
      library.ingest(first!.id, buildBatch(2));
      const large = buildBatch(8, { epoch: () => ({ logits: new Uint16Array(300_000) }) });
      const { code, message } = errorOf(() => library.ingest(second!.id, large));
      expect(code).toBe('disk-full');
      expect(message).toContain(file);
      expect(library.replicate(first!.id)).toMatchObject({ status: 'finished', epochs: 2 });
      expect(library.replicate(second!.id)).toMatchObject({ status: 'planned', epochs: 0, ingestOffset: 0 });
      library.close();
      const again = openConnection(file, { distrust: true });
      again.close();
      expect(existsSync(file)).toBe(true);
    } finally {
      spawnSync('/bin/umount', [mount]);
    }
  });
});
