import { query, type Connection } from './connection.ts';
import { findStudy } from './findStudy.ts';
import { replicateById, type Replicate } from './replicates.ts';
import { unknownReplicate } from './unknownReplicate.ts';
import type { ReplicateStatus } from './schema.ts';

/** A claim whose host was not heard of for so long may be taken over. */
export const claimExpiryMilliseconds = 30_000;

export interface ClaimOptions {
  /** Also claim replicates that failed before. */
  retryFailed?: boolean;
  /** Also claim these if they failed before, by their ids. */
  retry?: readonly string[];
  /** None of these replicates, by their ids. */
  except?: readonly string[];
  /** Only of these replicates, by their ids. */
  only?: readonly string[];
  /** Only of these variants. */
  variants?: readonly string[];
}

/** A host that has a replicate, and when that was last heard of (milliseconds since 1970). */
export interface ReplicateClaim {
  id: string;
  host: string;
  heartbeat: number;
}

/**
 * The replicates of a study that some host has.
 * @throws NoisefloorError `study-unknown`, `study-ambiguous`.
 */
export function replicateClaims(connection: Connection, study: string): ReplicateClaim[] {
  return connection.read(() => {
    const { key } = findStudy(connection, study);
    return connection
      .all(
        query
          .selectFrom('variants')
          .innerJoin('replicates', 'replicates.variant_key', 'variants.key')
          .select(['replicates.id', 'replicates.claimed_by', 'replicates.heartbeat_milliseconds'])
          .where('variants.study_key', '=', key)
          .where('replicates.claimed_by', 'is not', null),
      )
      .flatMap(({ id, claimed_by: host, heartbeat_milliseconds: heartbeat }) =>
        host === null || heartbeat === null ? [] : [{ id, host, heartbeat }],
      );
  });
}

/**
 * Claims the next replicate of a study that is not finished and that no living host has: the first of every variant
 * before the second of any. It is `running` from then on. Excluded replicates are left alone.
 * @param host names the claiming host's process, unlike any other.
 * @param now milliseconds since 1970.
 * @returns null when there is none left.
 * @throws NoisefloorError `study-unknown`, `study-ambiguous`.
 */
export function claimNext(
  connection: Connection,
  study: string,
  host: string,
  now: number,
  options: ClaimOptions = {},
): Replicate | null {
  const statuses: ReplicateStatus[] = ['planned', 'running', 'stopped'];
  if (options.retryFailed === true) {
    statuses.push('failed');
  }
  return connection.write(() => {
    const { key } = findStudy(connection, study);
    const free = connection.first(
      query
        .selectFrom('variants')
        .innerJoin('replicates', 'replicates.variant_key', 'variants.key')
        .select(['replicates.key', 'replicates.id'])
        .where('variants.study_key', '=', key)
        .$if(options.variants !== undefined, (select) =>
          select.where('variants.name', 'in', options.variants ?? []),
        )
        .where(({ and, eb, or }) =>
          or([
            eb('replicates.status', 'in', statuses),
            and([eb('replicates.status', '=', 'failed'), eb('replicates.id', 'in', options.retry ?? [])]),
          ]),
        )
        .$if(options.only !== undefined, (select) => select.where('replicates.id', 'in', options.only ?? []))
        .where('replicates.excluded_reason', 'is', null)
        .where('replicates.id', 'not in', options.except ?? [])
        .where(({ or, eb }) =>
          or([
            eb('replicates.claimed_by', 'is', null),
            eb('replicates.heartbeat_milliseconds', '<', now - claimExpiryMilliseconds),
          ]),
        )
        .orderBy('replicates.replicate_index')
        .orderBy('variants.position')
        .limit(1),
    );
    if (free === undefined) {
      return null;
    }
    connection.run(
      query
        .updateTable('replicates')
        .set({ status: 'running', claimed_by: host, heartbeat_milliseconds: now })
        .where('key', '=', free.key),
    );
    return replicateById(connection, free.id);
  });
}

/**
 * Says that a host is alive and still has its replicates; to be said several times within the expiry.
 * @returns the ids of all replicates the host still has: one that is missing was taken over.
 */
export function heartbeat(connection: Connection, host: string, now: number): string[] {
  return connection.write(() => {
    connection.run(
      query.updateTable('replicates').set({ heartbeat_milliseconds: now }).where('claimed_by', '=', host),
    );
    return connection
      .all(query.selectFrom('replicates').select('id').where('claimed_by', '=', host).orderBy('key'))
      .map(({ id }) => id);
  });
}

/** What a host says of a replicate it gives back, where the replicate's own records do not say it. */
export interface Release {
  status: 'failed' | 'stopped' | 'planned';
  reason: string | null;
}

/**
 * Gives a replicate back. A replicate that has recorded its ending keeps it; one that is still `running` becomes what
 * `release` says, or `stopped`, or `planned` if it never began.
 * @returns false when the host had lost the replicate; then nothing is changed.
 * @throws NoisefloorError `replicate-unknown`.
 */
export function releaseReplicate(
  connection: Connection,
  id: string,
  host: string,
  release: Release | null = null,
): boolean {
  return connection.write(() => {
    const row = connection.first(
      query
        .selectFrom('replicates')
        .select(['key', 'status', 'claimed_by', 'attempts', 'exit_reason'])
        .where('id', '=', id),
    );
    if (row === undefined) {
      throw unknownReplicate(id);
    }
    if (row.claimed_by !== host) {
      return false;
    }
    const left = release ?? {
      status: row.attempts === 0 ? ('planned' as const) : ('stopped' as const),
      reason: null,
    };
    const running = row.status === 'running';
    connection.run(
      query
        .updateTable('replicates')
        .set({
          claimed_by: null,
          heartbeat_milliseconds: null,
          status: running ? left.status : row.status,
          exit_reason: running ? left.reason : row.exit_reason,
        })
        .where('key', '=', row.key),
    );
    return true;
  });
}
