import { query, type Connection } from './connection.ts';
import type { Row } from './schema.ts';

/** Rows of one statement: SQLite takes so many values, and a statement is made but once for each number of rows. */
const rowsAtOnce = 200;

/** Stores the numbers of epochs, many at a time: a run that was made elsewhere brings hundreds. */
export function insertEpochs(connection: Connection, rows: readonly Row<'epochs'>[]): void {
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    connection.run(query.insertInto('epochs').values(rows.slice(from, from + rowsAtOnce)));
  }
}
