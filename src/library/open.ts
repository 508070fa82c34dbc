import { closeSync, existsSync, mkdirSync, openSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { NoisefloorError } from '../study/errors.ts';
import { Connection } from './connection.ts';
import { isFamiliar, makeFamiliar } from './familiar.ts';
import { checkContent, checkSchema } from './inspection.ts';
import { libraryVersion, migrate } from './migrate.ts';
import { migrations } from './migrations.ts';
import { libraryError } from './sqliteError.ts';

export interface OpeningOptions {
  /** How long to wait for another host that is writing. */
  busyMilliseconds?: number;
  /** Check the whole file even if it was checked here before, and do not remember that it was. */
  distrust?: boolean;
  /** Called with every statement that runs. */
  onStatement?: (sql: string) => void;
}

/** A predicted class takes a byte: at this page size the predictions of 10,000 examples fit into one page. */
const pageBytes = 16_384;

/**
 * Opens the library at `file`, making or migrating it first where needed. A file that is new here is taken for hostile:
 * its schema must be exactly the one the migrations make, and its content sound, before it is used.
 * @throws NoisefloorError `library-not-a-database`, `library-not-a-library`, `library-from-the-future`,
 *   `library-schema-foreign`, `library-damaged`, `library-locked`, `library-not-writable`, `disk-full`.
 */
export function openConnection(file: string, options: OpeningOptions = {}): Connection {
  const libraryPath = path.resolve(file);
  let database: Database.Database | undefined;
  try {
    prepareFolder(libraryPath);
    refuseOtherFiles(libraryPath);
    database = new Database(libraryPath, {
      timeout: options.busyMilliseconds ?? 10_000,
      verbose:
        options.onStatement === undefined
          ? undefined
          : (statement: unknown) => options.onStatement?.(String(statement)),
    });
    guard(database);
    const version = libraryVersion(database, libraryPath, migrations.at(-1)?.version ?? 0);
    if (version > 0) {
      checkSchema(database, libraryPath, version);
      if (options.distrust === true || !isFamiliar(libraryPath)) {
        checkContent(database, libraryPath);
      }
    }
    prepareWriting(database, version === 0);
    migrate(database, libraryPath);
    // Writers and readers do not wait for one another.
    database.pragma('journal_mode = WAL');
    // A large checkpoint makes the log of changes grow; it need not stay so.
    database.pragma('journal_size_limit = 67108864');
    if (options.distrust !== true) {
      makeFamiliar(libraryPath);
    }
    return new Connection(libraryPath, database);
  } catch (error) {
    database?.close();
    throw libraryError(error, libraryPath);
  }
}

/** What keeps a hostile file from running anything. Defensive mode is better-sqlite3's default (`unsafeMode` is off). */
function guard(database: Database.Database): void {
  database.pragma('trusted_schema = OFF');
  database.pragma('cell_size_check = ON');
  database.pragma('mmap_size = 0');
}

function prepareWriting(database: Database.Database, isNew: boolean): void {
  database.pragma('foreign_keys = ON');
  // A commit or two a second: waiting for the disk costs nothing, and a power failure takes no note or claim back.
  database.pragma('synchronous = FULL');
  if (isNew) {
    database.pragma(`page_size = ${pageBytes}`);
    // Lets a deleted study's space go back to the disk without rewriting the file.
    database.pragma('auto_vacuum = INCREMENTAL');
  }
}

function prepareFolder(libraryPath: string): void {
  try {
    makeFolder(path.dirname(libraryPath));
  } catch (error) {
    throw notWritable(libraryPath, 'its folder cannot be made', error);
  }
}

/** Node's own recursive way never returns where a file system takes no folders, as /proc does. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) {
    return;
  }
  const parent = path.dirname(folder);
  if (parent !== folder) {
    makeFolder(parent);
  }
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another host may have made it meanwhile.
    if (!existsSync(folder)) {
      throw error;
    }
  }
}

/** SQLite takes a short file for an empty database and would write over it. */
function refuseOtherFiles(libraryPath: string): void {
  if (!existsSync(libraryPath)) {
    return;
  }
  const status = statSync(libraryPath);
  if (!status.isFile()) {
    throw notWritable(libraryPath, 'it is not a file', undefined);
  }
  if (status.size === 0) {
    return;
  }
  const head = Buffer.alloc(16);
  let descriptor: number;
  try {
    descriptor = openSync(libraryPath, 'r');
  } catch (error) {
    throw notWritable(libraryPath, 'it cannot be read', error);
  }
  try {
    readSync(descriptor, head, 0, head.length, 0);
  } finally {
    closeSync(descriptor);
  }
  if (head.toString('latin1') !== 'SQLite format 3\0') {
    throw new NoisefloorError(
      'library-not-a-database',
      `${libraryPath} is not a Noisefloor library. Choose another file with --library.`,
      { details: { path: libraryPath } },
    );
  }
}

function notWritable(libraryPath: string, why: string, cause: unknown): NoisefloorError {
  return new NoisefloorError(
    'library-not-writable',
    `${libraryPath} cannot be a library: ${why}. Choose another place with --library, or check its permissions.`,
    { details: { path: libraryPath }, cause },
  );
}
