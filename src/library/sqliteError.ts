import Database from 'better-sqlite3';
import { NoisefloorError } from '../study/errors.ts';

/** What SQLite's result codes (https://sqlite.org/rescode.html) mean to a person; the first that fits counts. */
const meanings: readonly { codes: RegExp; code: string; message: (path: string) => string }[] = [
  {
    codes: /^SQLITE_NOTADB$/,
    code: 'library-not-a-database',
    message: (path) => `${path} is not a Noisefloor library. Choose another file with --library.`,
  },
  {
    codes: /^SQLITE_(BUSY|LOCKED)/,
    code: 'library-locked',
    message: (path) =>
      `${path} is locked by another program that has been writing for a while. Close that program, or wait and try again.`,
  },
  {
    codes: /^SQLITE_FULL$/,
    code: 'disk-full',
    message: (path) =>
      `The disk of ${path} is full. What was stored before is intact. Free some space and try again.`,
  },
  {
    codes: /^SQLITE_(READONLY|CANTOPEN|PERM|AUTH)/,
    code: 'library-not-writable',
    message: (path) =>
      `${path} cannot be opened for writing. Check that it and its folder may be written, or choose another place with --library.`,
  },
  {
    codes: /^SQLITE_(CORRUPT|FORMAT)/,
    code: 'library-damaged',
    message: (path) =>
      `${path} is damaged. Restore it from a copy, or move it away: the result folders beside it can be read again.`,
  },
  {
    codes: /^SQLITE_IOERR/,
    code: 'library-io',
    message: (path) =>
      `${path} could not be read or written. Check the disk or the network drive it lies on; a full disk can be the cause.`,
  },
  {
    codes: /^SQLITE_(CONSTRAINT|TOOBIG|MISMATCH)/,
    code: 'library-refused',
    message: (path) => `${path} does not take these data, which break one of its rules or limits.`,
  },
];

/**
 * @returns the error to throw in place of `error`: a NoisefloorError naming the library for whatever SQLite raised, any
 *   other error as it is.
 */
export function libraryError(error: unknown, path: string): unknown {
  if (!(error instanceof Database.SqliteError)) {
    return error;
  }
  const meaning = meanings.find(({ codes }) => codes.test(error.code));
  const message = meaning?.message(path) ?? `${path} could not be used.`;
  return new NoisefloorError(
    meaning?.code ?? 'library-error',
    `${message} (${error.code}: ${error.message})`,
    {
      details: { path, sqliteCode: error.code },
      cause: error,
    },
  );
}

/** Runs `work`, and throws what {@link libraryError} makes of its errors. */
export function translatingErrors<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw libraryError(error, path);
  }
}
