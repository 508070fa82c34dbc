import path from 'node:path';
import Database from 'better-sqlite3';
import { query, type Connection } from './connection.ts';
import { openConnection } from './open.ts';
import { findStudy } from './findStudy.ts';
import { translatingErrors } from './sqliteError.ts';
import { removeStudies } from './studies.ts';

/**
 * Writes a library file that holds one study and nothing else.
 * @param target is not there yet.
 * @throws NoisefloorError `study-unknown`, `study-ambiguous`, and what SQLite refuses.
 */
export function writeStudyCopy(connection: Connection, study: string, target: string): void {
  const { id } = findStudy(connection, study);
  const file = path.resolve(target);
  translatingErrors(connection.path, () => {
    const library = new Database(connection.path, { readonly: true, fileMustExist: true });
    try {
      library.prepare('VACUUM INTO ?').run(file);
    } finally {
      library.close();
    }
  });
  const copy = openConnection(file);
  try {
    copy.write(() => {
      const others = copy.all(query.selectFrom('studies').select('key').where('id', '!=', id));
      removeStudies(
        copy,
        others.map(({ key }) => key),
      );
      copy.run(query.deleteFrom('drafts'));
    });
  } finally {
    copy.close();
  }
  translatingErrors(file, () => {
    const closed = new Database(file);
    try {
      // One file without a log of changes beside it, and without the room that was freed.
      closed.pragma('journal_mode = DELETE');
      closed.exec('VACUUM');
    } finally {
      closed.close();
    }
  });
}
