import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { z } from 'zod';
import type { TensorInfo } from '../results/record.ts';
import { NoisefloorError } from '../study/errors.ts';
import { ownBytes } from './blobs.ts';
import { query, type Connection } from './connection.ts';
import { unknownReplicate } from './unknownReplicate.ts';
import { parseStored } from './storedJson.ts';

/** As much as one buffer can hold everywhere. */
const maximumCheckpointBytes = 2 ** 32;

const tensorsSchema = z.array(
  z.strictObject({
    name: z.string(),
    shape: z.array(z.int().min(0)),
    role: z.enum(['weight', 'moving-statistic', 'optimizer']),
  }),
);

/** A fingerprint of every tensor after every step of an epoch. */
export interface EpochFingerprints {
  epoch: number;
  /** Steps of the replicate before the epoch. */
  firstStep: number;
  steps: number;
  /** [steps, tensors], row-major. */
  fingerprints: Uint32Array;
  /** [steps], of what each step was fed. */
  batchHashes: Uint32Array;
}

export interface ReplicateFingerprints {
  /** The tensors of a row; empty where the replicate has not started. */
  tensors: TensorInfo[];
  epochs: EpochFingerprints[];
}

/**
 * The fingerprints of a replicate, all or those of one epoch.
 * @throws NoisefloorError `replicate-unknown`.
 */
export function replicateFingerprints(
  connection: Connection,
  id: string,
  epoch: number | null = null,
): ReplicateFingerprints {
  return connection.read(() => {
    const replicate = connection.first(
      query
        .selectFrom('replicates')
        .leftJoin('tensor_lists', 'tensor_lists.key', 'replicates.tensor_list_key')
        .select(['replicates.key', 'tensor_lists.tensors'])
        .where('replicates.id', '=', id),
    );
    if (replicate === undefined) {
      throw unknownReplicate(id);
    }
    const rows = connection.all(
      query
        .selectFrom('fingerprints')
        .innerJoin('epochs', (join) =>
          join
            .onRef('epochs.replicate_key', '=', 'fingerprints.replicate_key')
            .onRef('epochs.epoch', '=', 'fingerprints.epoch'),
        )
        .select([
          'fingerprints.epoch',
          'epochs.first_step as firstStep',
          'fingerprints.steps',
          'fingerprints.fingerprints',
          'fingerprints.batch_hashes',
        ])
        .where('fingerprints.replicate_key', '=', replicate.key)
        .$if(epoch !== null, (select) => select.where('fingerprints.epoch', '=', epoch ?? 0))
        .orderBy('fingerprints.epoch'),
    );
    const list = replicate.tensors;
    return {
      tensors: list === null ? [] : parseStored(tensorsSchema, list, `tensors of replicate ${id}`),
      epochs: rows.map(({ batch_hashes, fingerprints, ...row }) => ({
        ...row,
        fingerprints: new Uint32Array(ownBytes(fingerprints).buffer),
        batchHashes: new Uint32Array(ownBytes(batch_hashes).buffer),
      })),
    };
  });
}

export interface StoredCheckpoint {
  epoch: number;
  sha256: string;
  /** A safetensors file. */
  bytes: Uint8Array;
}

/**
 * A checkpoint of a replicate.
 * @param epoch null for the last there is.
 * @returns null where there is none.
 * @throws NoisefloorError `library-damaged` when its bytes are not those that were stored.
 */
export function replicateCheckpoint(
  connection: Connection,
  id: string,
  epoch: number | null = null,
): StoredCheckpoint | null {
  return connection.read(() => {
    const found = connection.first(
      query
        .selectFrom('replicates')
        .innerJoin('checkpoints', 'checkpoints.replicate_key', 'replicates.key')
        .selectAll('checkpoints')
        .where('replicates.id', '=', id)
        .$if(epoch !== null, (select) => select.where('checkpoints.epoch', '=', epoch ?? 0))
        .orderBy('checkpoints.epoch', 'desc')
        .limit(1),
    );
    if (found === undefined) {
      return null;
    }
    const held = connection.first(
      query
        .selectFrom('checkpoint_chunks')
        .select((builder) => builder.fn.sum<number | null>(sql<number>`length(data)`).as('bytes'))
        .where('checkpoint_key', '=', found.key),
    );
    if ((held?.bytes ?? 0) !== found.bytes || found.bytes > maximumCheckpointBytes) {
      throw damagedCheckpoint(connection, id, found.epoch);
    }
    const chunks = connection.all(
      query
        .selectFrom('checkpoint_chunks')
        .select('data')
        .where('checkpoint_key', '=', found.key)
        .orderBy('position'),
    );
    const bytes = ownBytes(Buffer.concat(chunks.map(({ data }) => data)));
    if (createHash('sha256').update(bytes).digest('hex') !== found.sha256) {
      throw damagedCheckpoint(connection, id, found.epoch);
    }
    return { epoch: found.epoch, sha256: found.sha256, bytes };
  });
}

function damagedCheckpoint(connection: Connection, id: string, epoch: number): NoisefloorError {
  return new NoisefloorError(
    'library-damaged',
    `The checkpoint of replicate ${id} after epoch ${epoch} is not what was stored in ${connection.path}.`,
    { details: { id, epoch } },
  );
}

/** The epochs after which a replicate has checkpoints, and their size. */
export function checkpointEpochs(connection: Connection, id: string): { epoch: number; bytes: number }[] {
  return connection.all(
    query
      .selectFrom('replicates')
      .innerJoin('checkpoints', 'checkpoints.replicate_key', 'replicates.key')
      .select(['checkpoints.epoch', 'checkpoints.bytes'])
      .where('replicates.id', '=', id)
      .orderBy('checkpoints.epoch'),
  );
}

/**
 * The logits a replicate kept after an epoch: float16 bits, [test examples, classes].
 * @returns null where there are none.
 */
export function replicateLogits(connection: Connection, id: string, epoch: number): Uint16Array | null {
  const row = connection.first(
    query
      .selectFrom('replicates')
      .innerJoin('logits', 'logits.replicate_key', 'replicates.key')
      .select('logits.float16')
      .where('replicates.id', '=', id)
      .where('logits.epoch', '=', epoch),
  );
  return row === undefined ? null : new Uint16Array(ownBytes(row.float16).buffer);
}
