import { query, type Connection } from './connection.ts';

/** How a finished replicate did at the end. */
export interface FinalAccuracy {
  studyId: string;
  variant: string;
  /** Test accuracy after its last epoch, a fraction. */
  accuracy: number;
}

/**
 * The final test accuracy of every finished replicate of every study, in the order of the variants; excluded ones, and
 * studies that were thrown away, are left out.
 */
export function finalAccuracies(connection: Connection): FinalAccuracy[] {
  return connection.read(() =>
    connection
      .all(query.selectFrom('studies').select(['key', 'id']).where('discarded', 'is', null).orderBy('key'))
      .flatMap(({ key, id }) =>
        connection
          .all(ofStudy.where('variants.study_key', '=', key))
          .flatMap(({ accuracy, variant }) =>
            accuracy === null ? [] : [{ studyId: id, variant, accuracy }],
          ),
      ),
  );
}

const ofStudy = query
  .selectFrom('variants')
  .innerJoin('replicates', 'replicates.variant_key', 'variants.key')
  .innerJoin('epochs', 'epochs.replicate_key', 'replicates.key')
  .select(['variants.name as variant', 'epochs.test_accuracy as accuracy'])
  .where('replicates.status', '=', 'finished')
  .where('replicates.excluded_reason', 'is', null)
  .where('epochs.epoch', '=', (builder) =>
    builder
      .selectFrom('epochs as last')
      .select(({ fn }) => fn.max('last.epoch').as('epoch'))
      .whereRef('last.replicate_key', '=', 'replicates.key'),
  )
  .orderBy('variants.position')
  .orderBy('replicates.replicate_index');
