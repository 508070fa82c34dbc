import { NoisefloorError } from '../study/errors.ts';
import { query, type Connection } from './connection.ts';
import { findStudy } from './findStudy.ts';
import { studyResultsFolder } from './location.ts';
import { refuseClaimed, removeStudies } from './studies.ts';

/** A study that was thrown away and can still be taken back. */
export interface DiscardedStudy {
  id: string;
  name: string;
  /** ISO 8601 time at which it was thrown away. */
  discarded: string;
}

/**
 * Throws a study away: from then on nothing finds it, but all of it stays until {@link purgeStudies}.
 * @param discarded ISO 8601 time.
 * @param claimedAfter a replicate whose host was heard of since then (milliseconds) keeps the study.
 * @throws NoisefloorError `study-unknown`, `study-ambiguous`, `study-running`.
 */
export function discardStudy(
  connection: Connection,
  reference: string,
  discarded: string,
  claimedAfter: number,
): DiscardedStudy {
  return connection.write(() => {
    const { key, id, name } = findStudy(connection, reference);
    refuseClaimed(connection, { key, id }, claimedAfter);
    connection.run(query.updateTable('studies').set({ discarded }).where('key', '=', key));
    return { id, name, discarded };
  });
}

/** Studies that were thrown away, the last one first. */
export function discardedStudies(connection: Connection): DiscardedStudy[] {
  return connection
    .all(
      query
        .selectFrom('studies')
        .select(['id', 'name', 'discarded'])
        .where('discarded', 'is not', null)
        .orderBy('discarded', 'desc')
        .orderBy('key', 'desc'),
    )
    .map(({ discarded, ...study }) => ({ ...study, discarded: discarded ?? '' }));
}

/**
 * Takes back a study that was thrown away.
 * @param id of the study, whole: a name or a beginning could be another study's by now.
 * @throws NoisefloorError `study-unknown` when it was not thrown away, or is purged.
 */
export function restoreStudy(connection: Connection, id: string): void {
  const { changes } = connection.run(
    query
      .updateTable('studies')
      .set({ discarded: null })
      .where('id', '=', id)
      .where('discarded', 'is not', null),
  );
  if (changes === 0) {
    throw new NoisefloorError('study-unknown', `No study ${id} was thrown away, or it is gone for good.`, {
      details: { reference: id },
    });
  }
}

/**
 * Deletes for good what was thrown away, and gives its space back; the result folders are left to the caller.
 * @param before ISO 8601 time: only what was thrown away before it.
 * @returns where the result folders of the deleted studies are.
 */
export function purgeStudies(
  connection: Connection,
  before: string,
): { id: string; resultsFolder: string }[] {
  const purged = connection.write(() => {
    const found = connection.all(
      query.selectFrom('studies').select(['key', 'id']).where('discarded', '<', before).orderBy('key'),
    );
    removeStudies(
      connection,
      found.map(({ key }) => key),
    );
    return found.map(({ id }) => ({ id, resultsFolder: studyResultsFolder(connection.path, id) }));
  });
  if (purged.length > 0) {
    connection.shrink();
  }
  return purged;
}
