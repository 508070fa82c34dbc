import { createHash } from 'node:crypto';
import { query, type Connection } from './connection.ts';
import { findStudy } from './findStudy.ts';

/**
 * A text that changes whenever what is recorded for a study does, or which of its replicates count: what was computed
 * of the study holds as long as it stays the same.
 * @throws NoisefloorError `study-unknown`, `study-ambiguous`.
 */
export function studyRevision(connection: Connection, study: string): string {
  return connection.read(() => {
    const { key, name } = findStudy(connection, study);
    const rows = connection.all(
      query
        .selectFrom('variants')
        .innerJoin('replicates', 'replicates.variant_key', 'variants.key')
        .select([
          'replicates.id',
          'replicates.status',
          'replicates.started_at',
          'replicates.ingest_offset',
          'replicates.excluded_reason',
          'replicates.exit_reason',
        ])
        .where('variants.study_key', '=', key)
        .orderBy('replicates.key'),
    );
    return createHash('sha256')
      .update(JSON.stringify([name, rows]))
      .digest('hex');
  });
}
