import { z } from 'zod';
import { executionConfigurationSchema, type ExecutionConfiguration } from '../study/execution.ts';
import { seedsSchema, workOrderSchema, type Seeds, type WorkOrder } from '../study/replicate.ts';
import { query, type Connection } from './connection.ts';
import { findStudy } from './findStudy.ts';
import { replicateFolder } from './location.ts';
import type { ReplicateStatus, Row } from './schema.ts';
import { parseStored } from './storedJson.ts';
import { tagsOf, tagsOfStudy } from './tags.ts';
import { unknownReplicate } from './unknownReplicate.ts';

export interface Replicate {
  id: string;
  studyId: string;
  variant: string;
  /** Within its variant, from 0. */
  index: number;
  status: ReplicateStatus;
  workOrder: WorkOrder;
  /** Its result folder: absolute; it need not exist. */
  folder: string;
  /** What it ran on, as its process described it. */
  machine: unknown;
  datasetHash: string | null;
  /** How many processes worked on it. */
  attempts: number;
  startedAt: string | null;
  endedAt: string | null;
  /** Spent in training steps, over all epochs. */
  trainSeconds: number;
  /** Examples that went through those steps. */
  trainedExamples: number;
  /** Epochs whose numbers the library holds. */
  epochs: number;
  exitReason: string | null;
  notes: string;
  /** In the order of the alphabet. */
  tags: string[];
  /** Why it is left out of measures; null where it is not. */
  excludedReason: string | null;
  /** How much of its result folder's log the library holds, in bytes. */
  ingestOffset: number;
  recordedBytes: number;
  /** The host that runs it, and when that was last heard of (milliseconds since 1970). */
  claim: { host: string; heartbeat: number } | null;
}

/** A replicate as lists show it: of its work order only what may differ between the replicates of a variant. */
export interface ListedReplicate extends Omit<Replicate, 'workOrder'> {
  seeds: Seeds;
  execution: ExecutionConfiguration;
}

/** One row of the query below. */
type ReplicateRow = Row<'replicates'> & {
  variant: string;
  position: number;
  study_id: string;
  epochs: number | null;
  examples: number | null;
};

/**
 * Every replicate of a study, in the order they are best run: the first of every variant, then the second.
 * @throws NoisefloorError `study-unknown`, `study-ambiguous`.
 */
export function replicatesOf(connection: Connection, study: string): Replicate[] {
  return readReplicates(connection, study, toReplicate);
}

/**
 * Every replicate of a study in the order of the variants, then of their replicates, without its whole work order: of a
 * thousand those take longer to check than all the rest.
 * @throws NoisefloorError `study-unknown`, `study-ambiguous`.
 */
export function listReplicates(connection: Connection, study: string): ListedReplicate[] {
  const placed = readReplicates(connection, study, (...given) => ({
    position: given[1].position,
    replicate: toListed(...given),
  }));
  return placed.toSorted((left, right) => left.position - right.position).map(({ replicate }) => replicate);
}

/** Reads every replicate of a study, the first of every variant before the second of any. */
function readReplicates<Read>(
  connection: Connection,
  study: string,
  read: (connection: Connection, row: ReplicateRow, tags: string[]) => Read,
): Read[] {
  return connection.read(() => {
    const { key } = findStudy(connection, study);
    const tags = tagsOfStudy(connection, key);
    return connection
      .all(
        replicateQuery
          .where('variants.study_key', '=', key)
          .orderBy('replicates.replicate_index')
          .orderBy('variants.position'),
      )
      .map((row) => read(connection, row, tags.get(row.key) ?? []));
  });
}

/** @throws NoisefloorError `replicate-unknown`. */
export function replicateById(connection: Connection, id: string): Replicate {
  return connection.read(() => {
    const row = connection.first(replicateQuery.where('replicates.id', '=', id));
    if (row === undefined) {
      throw unknownReplicate(id);
    }
    return toReplicate(connection, row, tagsOf(connection, row.key));
  });
}

/**
 * Leaves a replicate out of measures, or takes it in again.
 * @param reason why it is left out; null takes it in.
 * @throws NoisefloorError `replicate-unknown`.
 */
export function setExclusion(connection: Connection, id: string, reason: string | null): void {
  update(connection, id, { excluded_reason: reason });
}

/**
 * Does the same for many replicates: for all of them, or where one is unknown for none.
 * @throws NoisefloorError `replicate-unknown`.
 */
export function setExclusions(
  connection: Connection,
  exclusions: readonly { id: string; reason: string | null }[],
): void {
  connection.write(() => {
    for (const { id, reason } of exclusions) setExclusion(connection, id, reason);
  });
}

/** @throws NoisefloorError `replicate-unknown`. */
export function setReplicateNotes(connection: Connection, id: string, notes: string): void {
  update(connection, id, { notes });
}

const replicateQuery = query
  .selectFrom('replicates')
  .innerJoin('variants', 'variants.key', 'replicates.variant_key')
  .innerJoin('studies', 'studies.key', 'variants.study_key')
  .selectAll('replicates')
  .select(['variants.name as variant', 'variants.position', 'studies.id as study_id'])
  .select((builder) =>
    builder
      .selectFrom('epochs')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .whereRef('epochs.replicate_key', '=', 'replicates.key')
      .as('epochs'),
  )
  .select((builder) =>
    builder
      .selectFrom('epochs')
      .select(({ fn }) => fn.sum<number>('epochs.examples').as('sum'))
      .whereRef('epochs.replicate_key', '=', 'replicates.key')
      .as('examples'),
  );

function toReplicate(connection: Connection, row: ReplicateRow, tags: string[]): Replicate {
  const workOrder = parseStored(workOrderSchema, row.work_order, `work order of replicate ${row.id}`);
  return { ...withoutOrder(connection, row, tags), workOrder };
}

const ownSchema = z.object({ seeds: seedsSchema, execution: executionConfigurationSchema });

function toListed(connection: Connection, row: ReplicateRow, tags: string[]): ListedReplicate {
  const own = parseStored(ownSchema, row.work_order, `work order of replicate ${row.id}`);
  return { ...withoutOrder(connection, row, tags), ...own };
}

function withoutOrder(
  connection: Connection,
  row: ReplicateRow,
  tags: string[],
): Omit<Replicate, 'workOrder'> {
  const { id, study_id: studyId, variant, position, replicate_index: index } = row;
  return {
    id,
    studyId,
    variant,
    index,
    status: row.status,
    folder: replicateFolder(connection.path, studyId, { name: variant, position }, index),
    machine:
      row.machine === null ? null : parseStored(z.unknown(), row.machine, `machine of replicate ${id}`),
    datasetHash: row.dataset_hash,
    attempts: row.attempts,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    trainSeconds: row.train_seconds,
    trainedExamples: row.examples ?? 0,
    epochs: row.epochs ?? 0,
    exitReason: row.exit_reason,
    notes: row.notes,
    tags,
    excludedReason: row.excluded_reason,
    ingestOffset: row.ingest_offset,
    recordedBytes: row.recorded_bytes,
    claim:
      row.claimed_by === null || row.heartbeat_milliseconds === null
        ? null
        : { host: row.claimed_by, heartbeat: row.heartbeat_milliseconds },
  };
}

function update(
  connection: Connection,
  id: string,
  values: { excluded_reason: string | null } | { notes: string },
): void {
  const { changes } = connection.run(query.updateTable('replicates').set(values).where('id', '=', id));
  if (changes === 0) {
    throw unknownReplicate(id);
  }
}
