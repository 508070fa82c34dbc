import type Database from 'better-sqlite3';
import { NoisefloorError } from '../study/errors.ts';
import { migrations, type Migration } from './migrations.ts';

/** Marks a SQLite file as a Noisefloor library: "NFLR". */
export const applicationId = 0x4e464c52;

/**
 * Brings a library to the newest version, in one transaction: all of it or nothing. An empty file becomes a library.
 * @param steps for tests of migrations to come.
 * @throws NoisefloorError `library-from-the-future`, `library-not-a-library`; a SqliteError where a step fails.
 */
export function migrate(
  database: Database.Database,
  path: string,
  steps: readonly Migration[] = migrations,
): void {
  const newest = steps.at(-1)?.version ?? 0;
  if (libraryVersion(database, path, newest) === newest) {
    return;
  }
  database
    .transaction(() => {
      // Another host may have done it since.
      const version = libraryVersion(database, path, newest);
      for (const step of steps) {
        if (step.version > version) {
          database.exec(step.sql);
          database.pragma(`user_version = ${step.version}`);
        }
      }
      database.pragma(`application_id = ${applicationId}`);
    })
    .immediate();
}

/**
 * The version of a library, 0 for an empty file.
 * @throws NoisefloorError `library-not-a-library` for a database of another program, `library-from-the-future`.
 */
export function libraryVersion(database: Database.Database, path: string, newest: number): number {
  const application = Number(database.pragma('application_id', { simple: true }));
  const version = Number(database.pragma('user_version', { simple: true }));
  const empty = database.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0;
  if (application !== applicationId && !(application === 0 && version === 0 && empty)) {
    throw new NoisefloorError(
      'library-not-a-library',
      `${path} is a SQLite database of another program, not a Noisefloor library. Choose another file with --library.`,
      { details: { path } },
    );
  }
  if (version > newest) {
    throw new NoisefloorError(
      'library-from-the-future',
      `${path} was written by a newer Noisefloor (version ${version} of the library; this one knows ${newest}). Update Noisefloor to open it.`,
      { details: { path, version, newest } },
    );
  }
  return version;
}
