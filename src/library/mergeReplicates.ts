import { NoisefloorError } from '../study/errors.ts';
import { workOrderSchema } from '../study/replicate.ts';
import { query, type Connection } from './connection.ts';
import { insertEpochs } from './epochRows.ts';
import type { Row } from './schema.ts';
import { parseStored } from './storedJson.ts';
import { addTags, tagsOf } from './tags.ts';

/** One study in two libraries. */
interface SharedStudy {
  id: string;
  targetKey: number;
  sourceKey: number;
}

type SourceReplicate = Row<'replicates'> & { variant: string };

/** Adds to the target's study the replicates it lacks, and the records of those that got further in the source. */
export function mergeReplicates(
  target: Connection,
  source: Connection,
  study: SharedStudy,
): { added: number; continued: number } {
  const variants = target.all(
    query.selectFrom('variants').select(['key', 'name']).where('study_key', '=', study.targetKey),
  );
  const variantKeys = new Map(variants.map(({ key, name }) => [name.toLowerCase(), key]));
  const replicates = source.all(
    query
      .selectFrom('variants')
      .innerJoin('replicates', 'replicates.variant_key', 'variants.key')
      .selectAll('replicates')
      .select('variants.name as variant')
      .where('variants.study_key', '=', study.sourceKey)
      .orderBy('replicates.key'),
  );
  let [added, continued] = [0, 0];
  for (const replicate of replicates) {
    checkOrder(replicate, study.id);
    const variantKey = variantKeys.get(replicate.variant.toLowerCase()) ?? 0;
    const known = target.first(
      query
        .selectFrom('replicates')
        .select(['key', 'claimed_by'])
        .where('variant_key', '=', variantKey)
        .where('replicate_index', '=', replicate.replicate_index),
    );
    const values = targetValues(target, source, replicate);
    if (known === undefined) {
      const { key } = target.run(
        query.insertInto('replicates').values({ ...values, variant_key: variantKey }),
      );
      copyRecords(target, source, { from: replicate.key, to: key });
      addTags(target, key, tagsOf(source, replicate.key));
      added += 1;
      continue;
    }
    addTags(target, known.key, tagsOf(source, replicate.key));
    if (known.claimed_by === null && epochCount(source, replicate.key) > epochCount(target, known.key)) {
      const { notes: _notes, excluded_reason: _reason, id: _id, ...records } = values;
      target.run(query.deleteFrom('epochs').where('replicate_key', '=', known.key));
      target.run(query.updateTable('replicates').set(records).where('key', '=', known.key));
      copyRecords(target, source, { from: replicate.key, to: known.key });
      continued += 1;
    }
  }
  return { added, continued };
}

/** A work order is what a process would be started with: it must be of the replicate it is stored with. */
function checkOrder(replicate: SourceReplicate, studyId: string): void {
  const order = parseStored(workOrderSchema, replicate.work_order, `work order of replicate ${replicate.id}`);
  if (
    order.id !== replicate.id ||
    order.study.id !== studyId ||
    order.index !== replicate.replicate_index ||
    order.variant.name.toLowerCase() !== replicate.variant.toLowerCase()
  ) {
    throw new NoisefloorError(
      'library-damaged',
      `The work order of replicate ${replicate.id} is that of another replicate.`,
      { details: { id: replicate.id } },
    );
  }
}

/** A replicate's row for the target: nobody there runs it, and its tensors have another key. */
function targetValues(
  target: Connection,
  source: Connection,
  replicate: SourceReplicate,
): Omit<Row<'replicates'>, 'key' | 'variant_key'> {
  const { key: _key, variant_key: _variantKey, variant: _variant, ...row } = replicate;
  return {
    ...row,
    status: row.status === 'running' ? 'stopped' : row.status,
    tensor_list_key: row.tensor_list_key === null ? null : tensorListKey(target, source, row.tensor_list_key),
    claimed_by: null,
    heartbeat_milliseconds: null,
  };
}

function tensorListKey(target: Connection, source: Connection, sourceKey: number): number | null {
  const list = source.first(query.selectFrom('tensor_lists').select('sha256').where('key', '=', sourceKey));
  const found = target.first(
    query
      .selectFrom('tensor_lists')
      .select('key')
      .where('sha256', '=', list?.sha256 ?? ''),
  );
  return found?.key ?? null;
}

function epochCount(connection: Connection, replicateKey: number): number {
  const row = connection.first(
    query
      .selectFrom('epochs')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('replicate_key', '=', replicateKey),
  );
  return row?.count ?? 0;
}

/** Copies everything recorded for a replicate; of its arrays one is in memory at a time. */
function copyRecords(target: Connection, source: Connection, keys: { from: number; to: number }): void {
  const epochs = source.all(query.selectFrom('epochs').selectAll().where('replicate_key', '=', keys.from));
  insertEpochs(
    target,
    epochs.map((row) => ({ ...row, replicate_key: keys.to })),
  );
  for (const table of ['predictions', 'logits', 'fingerprints'] as const) {
    const recorded = source.all(
      query.selectFrom(table).select('epoch').where('replicate_key', '=', keys.from).orderBy('epoch'),
    );
    for (const { epoch } of recorded) {
      const record = source.first(
        query.selectFrom(table).selectAll().where('replicate_key', '=', keys.from).where('epoch', '=', epoch),
      );
      if (record !== undefined) {
        target.run(query.insertInto(table).values({ ...record, replicate_key: keys.to }));
      }
    }
  }
  const kept = source.all(
    query.selectFrom('checkpoints').select('epoch').where('replicate_key', '=', keys.from).orderBy('epoch'),
  );
  for (const { epoch } of kept) copyCheckpoint(target, source, { ...keys, epoch });
}

function copyCheckpoint(
  target: Connection,
  source: Connection,
  of: { from: number; to: number; epoch: number },
): void {
  const checkpoint = source.first(
    query
      .selectFrom('checkpoints')
      .selectAll()
      .where('replicate_key', '=', of.from)
      .where('epoch', '=', of.epoch),
  );
  if (checkpoint === undefined) {
    return;
  }
  const { key: sourceKey, ...row } = checkpoint;
  const { key } = target.run(query.insertInto('checkpoints').values({ ...row, replicate_key: of.to }));
  const positions = source.all(
    query
      .selectFrom('checkpoint_chunks')
      .select('position')
      .where('checkpoint_key', '=', sourceKey)
      .orderBy('position'),
  );
  for (const { position } of positions) {
    const chunk = source.first(
      query
        .selectFrom('checkpoint_chunks')
        .select('data')
        .where('checkpoint_key', '=', sourceKey)
        .where('position', '=', position),
    );
    if (chunk !== undefined) {
      target.run(
        query.insertInto('checkpoint_chunks').values({ checkpoint_key: key, position, data: chunk.data }),
      );
    }
  }
}
