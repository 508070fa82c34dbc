import Database from 'better-sqlite3';
import { NoisefloorError } from '../study/errors.ts';
import { migrations } from './migrations.ts';

interface SchemaEntry {
  type: string;
  name: string;
  tbl_name: string;
  sql: string | null;
}

/**
 * Compares everything a library's schema holds with what the migrations make: a file from elsewhere with one trigger,
 * view or changed column is refused before any of its tables is used.
 * @param version the library's version.
 * @throws NoisefloorError `library-schema-foreign` naming what differs.
 */
export function checkSchema(database: Database.Database, path: string, version: number): void {
  const found = schemaOf(database);
  const expected = expectedSchema(version);
  const foreign =
    found.find((entry) => !expected.includes(entry)) ?? expected.find((entry) => !found.includes(entry));
  if (foreign === undefined && found.length === expected.length) {
    return;
  }
  const entry = foreign === undefined ? null : (JSON.parse(foreign) as SchemaEntry);
  const what = entry === null ? 'its tables' : `${entry.type} ${JSON.stringify(entry.name.slice(0, 100))}`;
  throw new NoisefloorError(
    'library-schema-foreign',
    `${path} is not as Noisefloor makes its libraries: ${what} differs. It may have been altered by another program; do not trust it.`,
    { details: { path } },
  );
}

/**
 * Reads the whole file and checks that it is sound and that every row keeps the schema's rules and limits.
 * @throws NoisefloorError `library-damaged` with what SQLite found.
 */
export function checkContent(database: Database.Database, path: string): void {
  const faults = database.prepare<[], string>('PRAGMA quick_check(5)').pluck().all();
  if (faults.length !== 1 || faults[0] !== 'ok') {
    throw damaged(path, faults.join('; '));
  }
  const orphan = database.prepare('PRAGMA foreign_key_check').get();
  if (orphan !== undefined) {
    throw damaged(path, 'it has rows that belong to nothing');
  }
}

function damaged(path: string, why: string): NoisefloorError {
  return new NoisefloorError(
    'library-damaged',
    `${path} is damaged: ${why.slice(0, 500)}. Restore it from a copy, or move it away: the result folders beside it can be read again.`,
    { details: { path } },
  );
}

function expectedSchema(version: number): string[] {
  const model = new Database(':memory:');
  try {
    for (const step of migrations) {
      if (step.version <= version) {
        model.exec(step.sql);
      }
    }
    return schemaOf(model);
  } finally {
    model.close();
  }
}

function schemaOf(database: Database.Database): string[] {
  return database
    .prepare<[], SchemaEntry>('SELECT type, name, tbl_name, sql FROM sqlite_schema')
    .all()
    .map((entry) => JSON.stringify(entry));
}
