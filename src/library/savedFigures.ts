import { z } from 'zod';
import { query, type Connection } from './connection.ts';
import { findStudy } from './findStudy.ts';
import { parseStored } from './storedJson.ts';

/** What a person changed of one of a study's figures. */
export interface SavedFigure {
  figure: string;
  /** JSON that the library does not look into. */
  edits: unknown;
  /** ISO 8601 time of the last change. */
  updated: string;
}

/** The figures of a study that were changed, in the order of their names. */
export function savedFigures(connection: Connection, study: string): SavedFigure[] {
  return connection.read(() => {
    const { key, id } = findStudy(connection, study);
    const rows = connection.all(
      query
        .selectFrom('saved_figures')
        .select(['figure', 'edits', 'updated'])
        .where('study_key', '=', key)
        .orderBy('figure'),
    );
    return rows.map(({ figure, edits, updated }) => ({
      figure,
      edits: parseStored(z.json(), edits, `figure ${figure} of study ${id}`),
      updated,
    }));
  });
}

/** Keeps what was changed of a figure, in place of what was kept before. */
export function saveFigure(
  connection: Connection,
  study: string,
  { figure, edits, updated }: SavedFigure,
): void {
  connection.write(() => {
    const { key } = findStudy(connection, study);
    const values = { edits: JSON.stringify(edits), updated };
    connection.run(
      query
        .insertInto('saved_figures')
        .values({ study_key: key, figure, ...values })
        .onConflict((conflict) => conflict.columns(['study_key', 'figure']).doUpdateSet(values)),
    );
  });
}

/** Takes a figure's changes back; where there are none, nothing happens. */
export function resetFigure(connection: Connection, study: string, figure: string): void {
  connection.write(() => {
    const { key } = findStudy(connection, study);
    connection.run(
      query.deleteFrom('saved_figures').where('study_key', '=', key).where('figure', '=', figure),
    );
  });
}
