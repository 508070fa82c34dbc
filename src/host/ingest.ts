import { existsSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { LibraryClient } from '../library/client.ts';
import type { Replicate } from '../library/replicates.ts';
import { orderPath } from '../results/folder.ts';
import type { ResultRecord } from '../results/record.ts';
import { NoisefloorError } from '../study/errors.ts';
import { inThisThread, type FolderReader } from './folderReading.ts';

/** So much of a log is read, and stored in one transaction, at a time: who asks the library meanwhile waits no longer. */
const batchBytes = 4 * 1024 * 1024;

/** Of a record that was stored, what others are told. */
export type IngestedRecord =
  | { readonly type: 'started' | 'ended' }
  | { readonly type: 'epoch'; readonly epoch: number; readonly testAccuracy: number };

/** What reading a result folder into a library brought. */
export interface Ingestion {
  replicateId: string;
  /** Records that were new. */
  records: IngestedRecord[];
}

/**
 * Stores in the library what is new in a result folder. It may be called at any time, again and again, while the folder
 * grows and by several hosts at once: every record is stored once.
 * @param folder of a replicate that the library knows.
 * @param reader reads the folder; by default in this thread's time.
 * @throws NoisefloorError `result-folder-missing`, `result-folder-foreign` when the folder is of another replicate,
 *   `result-folder-damaged` after storing what comes before the damage, and what the library throws.
 */
export async function ingestReplicate(
  library: LibraryClient,
  folder: string,
  reader: FolderReader = inThisThread,
): Promise<Ingestion> {
  const { order, startedAt } = await reader.look(folder);
  const replicate = await library.replicate(order.id);
  if (!isDeepStrictEqual(order, replicate.workOrder)) {
    throw new NoisefloorError(
      'result-folder-foreign',
      `${folder} says it is replicate ${order.id}, but its work order is not the one the library has for it. Delete the folder to train the replicate again.`,
      { details: { folder, replicateId: order.id } },
    );
  }
  return ingestFolder(library, replicate, { folder, startedAt, reader });
}

/**
 * Ingests every result folder of a study that exists.
 * @returns one entry for each replicate that had something new, and the folders that could not be read.
 * @throws NoisefloorError what the library throws; a damaged folder is reported in `failures` and holds nothing up.
 */
export async function ingestStudy(
  library: LibraryClient,
  study: string,
): Promise<{ ingested: Ingestion[]; failures: { replicateId: string; error: NoisefloorError }[] }> {
  const ingested: Ingestion[] = [];
  const failures: { replicateId: string; error: NoisefloorError }[] = [];
  for (const replicate of await library.replicates(study)) {
    if (!existsSync(orderPath(replicate.folder))) {
      continue;
    }
    try {
      const ingestion = await ingestReplicate(library, replicate.folder);
      if (ingestion.records.length > 0) {
        ingested.push(ingestion);
      }
    } catch (error) {
      if (!(error instanceof NoisefloorError && error.code.startsWith('result-folder-'))) {
        throw error;
      }
      failures.push({ replicateId: replicate.id, error });
    }
  }
  return { ingested, failures };
}

async function ingestFolder(
  library: LibraryClient,
  replicate: Replicate,
  { folder, startedAt, reader }: { folder: string; startedAt: string | null; reader: FolderReader },
): Promise<Ingestion> {
  const ingestion: Ingestion = { replicateId: replicate.id, records: [] };
  let offset = replicate.ingestOffset;
  let bytesAtOnce = batchBytes;
  let anew = !isLogOf(replicate, startedAt);
  while (true) {
    const reading = await reader.read(folder, { offset, anew, bytesAtOnce });
    const { records, damage, ...batch } = reading;
    bytesAtOnce = reading.bytesAtOnce;
    if (records.length > 0) {
      // The arrays of the batch are the library's from here on.
      const told = records.map(withoutArrays);
      const { stored, offset: known } = await library.ingest(replicate.id, { ...batch, records });
      offset = known;
      anew = false;
      if (stored) {
        ingestion.records.push(...told);
      }
    }
    if (damage !== null) {
      throw new NoisefloorError(damage.code, damage.message, { details: damage.details });
    }
    if (records.length === 0) {
      return ingestion;
    }
  }
}

function withoutArrays(record: ResultRecord): IngestedRecord {
  return record.type === 'epoch'
    ? { type: 'epoch', epoch: record.epoch, testAccuracy: record.testAccuracy }
    : { type: record.type };
}

/**
 * Whether the log of a folder is the one the library has read from: another one, of a replicate that was trained anew,
 * begins at another time. A log that is as long as the old one would otherwise pass for it.
 */
function isLogOf(replicate: Replicate, startedAt: string | null): boolean {
  return (
    replicate.ingestOffset === 0 ||
    replicate.startedAt === null ||
    startedAt === null ||
    startedAt === replicate.startedAt
  );
}
