import { NoisefloorError } from '../study/errors.ts';
import type { WorkOrder } from '../study/replicate.ts';
import { studySchema, type Study } from '../study/study.ts';
import { variantSchema, type Variant } from '../study/variant.ts';
import { query, type Connection } from './connection.ts';
import { removeUnused, storeDataset, type StoredDataset } from './datasets.ts';
import { findStudy } from './findStudy.ts';
import { studyResultsFolder } from './location.ts';
import { replicateStatuses, type ReplicateStatus } from './schema.ts';
import { parseStored } from './storedJson.ts';

/** A study counts as `running` while a replicate does, and as `incomplete` when some have run and none does. */
export type StudyStatus = 'planned' | 'running' | 'incomplete' | 'finished';

export interface StudySummary {
  id: string;
  name: string;
  /** ISO 8601 time. */
  created: string;
  preset: string | null;
  seed: number;
  status: StudyStatus;
  /** All replicates, and how many have each status. */
  replicates: number;
  counts: Record<ReplicateStatus, number>;
  excluded: number;
  /** Bytes of everything recorded, as it came from the result folders. */
  recordedBytes: number;
}

export interface StudyDetail extends StudySummary {
  study: Study;
  /** In the order of the study. */
  variants: Variant[];
  notes: string;
  datasetHash: string | null;
  /** Where its replicates write: absolute; it need not exist. */
  resultsFolder: string;
}

/**
 * Stores a study with its planned replicates.
 * @param workOrders all of one study; its id becomes the study's.
 * @param dataset what it is planned on, or null where that is found out by the first replicate.
 * @returns the study's id.
 * @throws NoisefloorError `study-exists`, `invalid-study-id`.
 */
export function createStudy(
  connection: Connection,
  study: Study,
  workOrders: readonly WorkOrder[],
  dataset: StoredDataset | null,
  created: string,
): string {
  const id = workOrders[0]?.study.id ?? '';
  studyResultsFolder(connection.path, id);
  connection.write(() => {
    if (connection.first(query.selectFrom('studies').select('key').where('id', '=', id)) !== undefined) {
      throw new NoisefloorError('study-exists', `The library holds a study with the id ${id} already.`, {
        details: { id },
      });
    }
    if (dataset !== null) {
      storeDataset(connection, dataset);
    }
    const { key } = connection.run(
      query.insertInto('studies').values({
        id,
        name: study.name,
        study: JSON.stringify(study),
        created,
        seed: study.seed,
        preset: study.preset ?? null,
        dataset_hash: dataset?.hash ?? null,
        notes: study.notes ?? '',
      }),
    );
    addVariants(connection, key, study.variants);
    addReplicates(connection, { key, id }, workOrders);
  });
  return id;
}

/**
 * Adds planned replicates, and variants, to a study; those it has already are left as they are.
 * @param study the study as it is from now on.
 * @returns how many replicates were added.
 * @throws NoisefloorError `study-unknown`, `study-differs` when the task, the seed or a variant is another one.
 */
export function extendStudy(
  connection: Connection,
  studyId: string,
  study: Study,
  workOrders: readonly WorkOrder[],
): number {
  return connection.write(() => {
    const { key, id } = findStudy(connection, studyId);
    const before = readStudy(connection, key).study;
    if (!sameExperiment(before, study)) {
      throw new NoisefloorError(
        'study-differs',
        `Study ${id} cannot be extended to another task, seed, execution or variant of the same name: its replicates would not be comparable. Make a new study.`,
        { details: { id } },
      );
    }
    const json = JSON.stringify(study);
    connection.run(query.updateTable('studies').set({ study: json }).where('key', '=', key));
    addVariants(connection, key, study.variants);
    return addReplicates(connection, { key, id }, workOrders);
  });
}

/** Whether replicates of two studies are replicates of one: what they may differ in does not change a result. */
export function sameExperiment(one: Study, other: Study): boolean {
  const experiment = ({ task, seed, execution }: Study): string => JSON.stringify({ task, seed, execution });
  return (
    experiment(one) === experiment(other) &&
    one.variants.every((variant) => {
      const same = other.variants.find(({ name }) => name.toLowerCase() === variant.name.toLowerCase());
      return same === undefined || JSON.stringify(same) === JSON.stringify(variant);
    })
  );
}

export function listStudies(connection: Connection): StudySummary[] {
  return connection.read(() => summaries(connection, null));
}

/**
 * @param reference id, name or unique beginning.
 * @throws NoisefloorError `study-unknown`, `study-ambiguous`.
 */
export function studyDetail(connection: Connection, reference: string): StudyDetail {
  return connection.read(() => {
    const { key, id } = findStudy(connection, reference);
    const [summary] = summaries(connection, key);
    if (summary === undefined) {
      throw new NoisefloorError('study-unknown', `Study ${id} was deleted meanwhile.`);
    }
    const { study, notes, dataset_hash } = readStudy(connection, key);
    const variants = connection
      .all(query.selectFrom('variants').select('definition').where('study_key', '=', key).orderBy('position'))
      .map(({ definition }) => parseStored(variantSchema, definition, `variant of study ${id}`));
    const resultsFolder = studyResultsFolder(connection.path, id);
    return { ...summary, study, variants, notes, datasetHash: dataset_hash, resultsFolder };
  });
}

/** @throws NoisefloorError `study-unknown`, `study-ambiguous`. */
export function setStudyNotes(connection: Connection, reference: string, notes: string): void {
  connection.write(() => {
    const { key } = findStudy(connection, reference);
    connection.run(query.updateTable('studies').set({ notes }).where('key', '=', key));
  });
}

/**
 * Gives a study another name. Work orders and result folders keep the one that they were made with.
 * @param name 1 to 200 characters.
 * @throws NoisefloorError `study-unknown`, `study-ambiguous`.
 */
export function renameStudy(connection: Connection, reference: string, name: string): void {
  connection.write(() => {
    const { key } = findStudy(connection, reference);
    const study = JSON.stringify({ ...readStudy(connection, key).study, name });
    connection.run(query.updateTable('studies').set({ name, study }).where('key', '=', key));
  });
}

/**
 * Deletes a study with everything recorded for it, and gives its space back; its result folders are left to the caller.
 * @param claimedAfter a replicate whose host was heard of since then (milliseconds) keeps the study.
 * @returns where its result folders are.
 * @throws NoisefloorError `study-unknown`, `study-ambiguous`, `study-running`.
 */
export function deleteStudy(
  connection: Connection,
  reference: string,
  claimedAfter: number,
): { id: string; name: string; resultsFolder: string } {
  const deleted = connection.write(() => {
    const { key, id, name } = findStudy(connection, reference);
    refuseClaimed(connection, { key, id }, claimedAfter);
    removeStudies(connection, [key]);
    return { id, name, resultsFolder: studyResultsFolder(connection.path, id) };
  });
  connection.shrink();
  return deleted;
}

/**
 * Refuses what must not be done to a study that a host is running.
 * @throws NoisefloorError `study-running` when a host of one of its replicates was heard of since `claimedAfter`.
 */
export function refuseClaimed(
  connection: Connection,
  { key, id }: { key: number; id: string },
  claimedAfter: number,
): void {
  const claimed = connection.first(
    query
      .selectFrom('variants')
      .innerJoin('replicates', 'replicates.variant_key', 'variants.key')
      .select('replicates.claimed_by')
      .where('variants.study_key', '=', key)
      .where('replicates.heartbeat_milliseconds', '>', claimedAfter),
  );
  if (claimed !== undefined) {
    throw new NoisefloorError(
      'study-running',
      `Study ${id} is being run by ${claimed.claimed_by ?? 'a host'}. Stop that first.`,
      { details: { id, host: claimed.claimed_by } },
    );
  }
}

/** Removes studies with all that belongs to them and to no other study. */
export function removeStudies(connection: Connection, keys: readonly number[]): void {
  for (const key of keys) {
    connection.run(query.deleteFrom('studies').where('key', '=', key));
  }
  removeUnused(connection);
}

/** @returns a study's row, its JSON read. */
export function readStudy(
  connection: Connection,
  key: number,
): { study: Study; notes: string; dataset_hash: string | null } {
  const row = connection.first(
    query.selectFrom('studies').select(['id', 'study', 'notes', 'dataset_hash']).where('key', '=', key),
  );
  if (row === undefined) {
    throw new NoisefloorError('study-unknown', 'The study was deleted meanwhile.');
  }
  return { ...row, study: parseStored(studySchema, row.study, `study ${row.id}`) };
}

/** Adds the variants a study does not have yet, after those it has. */
export function addVariants(connection: Connection, studyKey: number, variants: readonly Variant[]): void {
  const known = connection.all(query.selectFrom('variants').select('name').where('study_key', '=', studyKey));
  const names = new Set(known.map(({ name }) => name.toLowerCase()));
  let position = known.length;
  for (const variant of variants) {
    if (!names.has(variant.name.toLowerCase())) {
      const definition = JSON.stringify(variant);
      connection.run(
        query
          .insertInto('variants')
          .values({ study_key: studyKey, position, name: variant.name, definition }),
      );
      position += 1;
    }
  }
}

function addReplicates(
  connection: Connection,
  study: { key: number; id: string },
  workOrders: readonly WorkOrder[],
): number {
  const variants = connection.all(
    query.selectFrom('variants').select(['key', 'name']).where('study_key', '=', study.key),
  );
  const keys = new Map(variants.map(({ key, name }) => [name.toLowerCase(), key]));
  let added = 0;
  for (const order of workOrders) {
    const variantKey = keys.get(order.variant.name.toLowerCase());
    if (variantKey === undefined || order.study.id !== study.id) {
      throw new NoisefloorError(
        'invalid-work-order',
        `Replicate ${order.id} is of variant ${order.variant.name} of study ${order.study.id}, which study ${study.id} does not have.`,
      );
    }
    const { changes } = connection.run(
      query
        .insertInto('replicates')
        .values({
          id: order.id,
          variant_key: variantKey,
          replicate_index: order.index,
          status: 'planned',
          work_order: JSON.stringify(order),
          attempts: 0,
          train_seconds: 0,
          notes: '',
          ingest_offset: 0,
          recorded_bytes: 0,
        })
        .onConflict((conflict) => conflict.columns(['variant_key', 'replicate_index']).doNothing()),
    );
    added += changes;
  }
  return added;
}

function summaries(connection: Connection, onlyKey: number | null): StudySummary[] {
  const studies = connection.all(
    query
      .selectFrom('studies')
      .select(['key', 'id', 'name', 'created', 'preset', 'seed'])
      .where('discarded', 'is', null)
      .$if(onlyKey !== null, (select) => select.where('key', '=', onlyKey ?? 0))
      .orderBy('key', 'desc'),
  );
  return studies.map(({ key, ...study }) => {
    const rows = connection.all(
      query
        .selectFrom('variants')
        .innerJoin('replicates', 'replicates.variant_key', 'variants.key')
        .select(({ fn }) => [
          'replicates.status',
          fn.countAll<number>().as('count'),
          fn.count<number>('replicates.excluded_reason').as('excluded'),
          fn.sum<number>('replicates.recorded_bytes').as('bytes'),
        ])
        .where('variants.study_key', '=', key)
        .groupBy('replicates.status'),
    );
    const counts = Object.fromEntries(
      replicateStatuses.map((status) => [status, 0]),
    ) as StudySummary['counts'];
    let [replicates, excluded, recordedBytes] = [0, 0, 0];
    for (const row of rows) {
      counts[row.status] = row.count;
      replicates += row.count;
      excluded += row.excluded;
      recordedBytes += row.bytes;
    }
    return { ...study, status: studyStatus(counts, replicates), replicates, counts, excluded, recordedBytes };
  });
}

function studyStatus(counts: StudySummary['counts'], replicates: number): StudyStatus {
  if (counts.finished + counts.diverged === replicates) {
    return 'finished';
  }
  if (counts.running > 0) {
    return 'running';
  }
  return counts.planned === replicates ? 'planned' : 'incomplete';
}
