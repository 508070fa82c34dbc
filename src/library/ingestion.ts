import { createHash } from 'node:crypto';
import type { EpochRecord, Json, ResultRecord, StartedRecord } from '../results/record.ts';
import { NoisefloorError } from '../study/errors.ts';
import { bytesOf } from './blobs.ts';
import { query, type Connection } from './connection.ts';
import { insertEpochs } from './epochRows.ts';
import { storeDataset } from './datasets.ts';
import { unknownReplicate } from './unknownReplicate.ts';

/** Checkpoints are kept in pieces of this size. */
const chunkBytes = 2 * 1024 * 1024;

/** What a library keeps of a record; an epoch's files are not among it. */
export type StoredRecord =
  Exclude<ResultRecord, { type: 'epoch' }> | ({ readonly type: 'epoch' } & EpochRecord);

/** Records of one replicate, as read from its result folder. */
export interface IngestBatch {
  records: readonly StoredRecord[];
  /** Bytes of each checkpoint that the records refer to, by epoch; checked by whoever read them. */
  checkpoints: ReadonlyMap<number, Uint8Array>;
  /** Where in the log the records begin, and where the next ones will. */
  fromOffset: number;
  nextOffset: number;
  /** The log was written anew: what is known of the replicate's records is replaced. Then `fromOffset` is 0. */
  replace?: boolean;
}

/**
 * Stores a batch, all of it or nothing, once: a batch that does not begin where the last one ended changes nothing.
 * @returns whether it was stored, and where the next batch must begin.
 * @throws NoisefloorError `replicate-unknown`, `library-refused`, `disk-full`, `library-locked`.
 */
export function ingest(
  connection: Connection,
  replicateId: string,
  batch: IngestBatch,
): { stored: boolean; offset: number } {
  return connection.write(() => {
    const replicate = connection.first(
      query
        .selectFrom('replicates')
        .innerJoin('variants', 'variants.key', 'replicates.variant_key')
        .select(['replicates.key', 'replicates.ingest_offset', 'variants.study_key'])
        .where('replicates.id', '=', replicateId),
    );
    if (replicate === undefined) {
      throw unknownReplicate(replicateId);
    }
    const { key, ingest_offset: offset, study_key: studyKey } = replicate;
    if (batch.replace === true) {
      forgetRecords(connection, key);
    } else if (batch.fromOffset !== offset) {
      return { stored: false, offset };
    }
    const epochs = batch.records.filter((record) => record.type === 'epoch');
    refuseKnownEpochs(connection, key, replicateId, epochs);
    for (const record of batch.records) {
      if (record.type === 'started') storeStart(connection, key, studyKey, record);
    }
    storeEpochs(connection, key, epochs, batch.checkpoints);
    for (const record of batch.records) {
      if (record.type !== 'ended') continue;
      const { status, at: ended_at, reason: exit_reason } = record;
      const values = { status, ended_at, exit_reason };
      connection.run(query.updateTable('replicates').set(values).where('key', '=', key));
    }
    connection.run(
      query.updateTable('replicates').set({ ingest_offset: batch.nextOffset }).where('key', '=', key),
    );
    return { stored: true, offset: batch.nextOffset };
  });
}

/**
 * Says of a replicate that was not trained here what is known of it, and that it has the data of its study.
 * @throws NoisefloorError `replicate-unknown`.
 */
export function describeImported(connection: Connection, replicateId: string, machine: Json): void {
  connection.write(() => {
    const replicate = connection.first(
      query
        .selectFrom('replicates')
        .innerJoin('variants', 'variants.key', 'replicates.variant_key')
        .innerJoin('studies', 'studies.key', 'variants.study_key')
        .select(['replicates.key', 'studies.dataset_hash'])
        .where('replicates.id', '=', replicateId),
    );
    if (replicate === undefined) throw unknownReplicate(replicateId);
    const values = { machine: JSON.stringify(machine), dataset_hash: replicate.dataset_hash, attempts: 1 };
    connection.run(query.updateTable('replicates').set(values).where('key', '=', replicate.key));
  });
}

function forgetRecords(connection: Connection, key: number): void {
  connection.run(query.deleteFrom('epochs').where('replicate_key', '=', key));
  connection.run(
    query
      .updateTable('replicates')
      .set({ recorded_bytes: 0, train_seconds: 0, started_at: null, ended_at: null, exit_reason: null })
      .where('key', '=', key),
  );
}

function storeStart(connection: Connection, key: number, studyKey: number, record: StartedRecord): void {
  const { dataset, testLabels, tensors, machine, at, attempt } = record;
  storeDataset(connection, { hash: dataset.hash, identity: dataset, testLabels });
  const list = JSON.stringify(tensors);
  const sha256 = createHash('sha256').update(list).digest('hex');
  connection.run(
    query
      .insertInto('tensor_lists')
      .values({ sha256, tensors: list })
      .onConflict((conflict) => conflict.column('sha256').doNothing()),
  );
  connection.run(
    query
      .updateTable('replicates')
      .set(({ fn, val, selectFrom }) => ({
        status: 'running',
        machine: JSON.stringify(machine),
        dataset_hash: dataset.hash,
        tensor_list_key: selectFrom('tensor_lists').select('tensor_lists.key').where('sha256', '=', sha256),
        attempts: attempt,
        started_at: fn.coalesce('started_at', val(at)),
        ended_at: null,
        exit_reason: null,
      }))
      .where('key', '=', key),
  );
  connection.run(
    query
      .updateTable('studies')
      .set({ dataset_hash: dataset.hash })
      .where('key', '=', studyKey)
      .where('dataset_hash', 'is', null),
  );
}

/** @throws NoisefloorError `result-folder-damaged` naming an epoch that is there already, or twice in what is stored now. */
function refuseKnownEpochs(
  connection: Connection,
  key: number,
  replicateId: string,
  records: readonly EpochRecord[],
): void {
  const seen = new Set(
    connection
      .all(query.selectFrom('epochs').select('epoch').where('replicate_key', '=', key))
      .map(({ epoch }) => epoch),
  );
  for (const { epoch } of records) {
    if (seen.has(epoch)) {
      throw new NoisefloorError(
        'result-folder-damaged',
        `The result folder of replicate ${replicateId} records epoch ${epoch} a second time.`,
        { details: { replicateId, epoch } },
      );
    }
    seen.add(epoch);
  }
}

function storeEpochs(
  connection: Connection,
  key: number,
  records: readonly EpochRecord[],
  checkpoints: IngestBatch['checkpoints'],
): void {
  insertEpochs(
    connection,
    records.map((record) => ({
      replicate_key: key,
      epoch: record.epoch,
      steps: record.steps,
      examples: record.examples,
      first_step: record.firstStep,
      // The column takes no NULL, and no learning rate is negative.
      learning_rate: Number.isNaN(record.learningRate) ? -1 : record.learningRate,
      // SQLite has no NaN.
      loss: numberOrNull(record.loss),
      accuracy: numberOrNull(record.accuracy),
      test_loss: numberOrNull(record.testLoss),
      test_accuracy: numberOrNull(record.testAccuracy),
      train_seconds: record.trainSeconds,
      evaluate_seconds: record.evaluateSeconds,
      record_seconds: record.recordSeconds,
    })),
  );
  let [bytes, seconds] = [0, 0];
  for (const record of records) {
    bytes += storeArrays(connection, key, record, checkpoints.get(record.epoch));
    seconds += record.trainSeconds;
  }
  connection.run(
    query
      .updateTable('replicates')
      .set(({ eb }) => ({
        train_seconds: eb('train_seconds', '+', seconds),
        recorded_bytes: eb('recorded_bytes', '+', bytes),
      }))
      .where('key', '=', key),
  );
}

/** @returns how many bytes an epoch's arrays take. */
function storeArrays(
  connection: Connection,
  key: number,
  record: EpochRecord,
  checkpoint: Uint8Array | undefined,
): number {
  const { epoch, steps, predictions, logits, fingerprints, batchHashes } = record;
  let bytes = fingerprints.byteLength + batchHashes.byteLength;
  // Of logs made elsewhere nobody knows the steps.
  if (steps > 0) {
    connection.run(
      query.insertInto('fingerprints').values({
        ...{ replicate_key: key, epoch, steps, tensors: fingerprints.length / steps },
        fingerprints: bytesOf(fingerprints),
        batch_hashes: bytesOf(batchHashes),
      }),
    );
  }
  if (predictions !== undefined) {
    const bytes_per_class = predictions instanceof Uint8Array ? 1 : 2;
    const classes = bytesOf(predictions);
    connection.run(
      query.insertInto('predictions').values({ replicate_key: key, epoch, bytes_per_class, classes }),
    );
    bytes += classes.length;
  }
  if (logits !== undefined) {
    connection.run(
      query.insertInto('logits').values({ replicate_key: key, epoch, float16: bytesOf(logits) }),
    );
    bytes += logits.byteLength;
  }
  if (checkpoint !== undefined) {
    storeCheckpoint(connection, { replicateKey: key, epoch }, checkpoint);
    bytes += checkpoint.length;
  }
  return bytes;
}

function storeCheckpoint(
  connection: Connection,
  of: { replicateKey: number; epoch: number },
  bytes: Uint8Array,
): void {
  const { key } = connection.run(
    query.insertInto('checkpoints').values({
      replicate_key: of.replicateKey,
      epoch: of.epoch,
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    }),
  );
  for (let position = 0; position * chunkBytes < bytes.length; position += 1) {
    const data = bytes.subarray(position * chunkBytes, (position + 1) * chunkBytes);
    connection.run(query.insertInto('checkpoint_chunks').values({ checkpoint_key: key, position, data }));
  }
}

function numberOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
