import { existsSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { LibraryClient } from '../library/client.ts';
import type { Replicate } from '../library/replicates.ts';
import { orderPath, readOrder } from '../results/folder.ts';
import { readAvailableRecords, readReferencedFile, type RecordsReading } from '../results/reader.ts';
import type { ResultRecord } from '../results/record.ts';
import { NoisefloorError } from '../study/errors.ts';

/** So much of a log is read, and stored in one transaction, at a time: who asks the library meanwhile waits no longer. */
const batchBytes = 4 * 1024 * 1024;

/** What reading a result folder into a library brought. */
export interface Ingestion {
  replicateId: string;
  /** Records that were new. */
  records: ResultRecord[];
}

/**
 * Stores in the library what is new in a result folder. It may be called at any time, again and again, while the folder
 * grows and by several hosts at once: every record is stored once.
 * @param folder of a replicate that the library knows.
 * @throws NoisefloorError `result-folder-missing`, `result-folder-foreign` when the folder is of another replicate,
 *   `result-folder-damaged` after storing what comes before the damage, and what the library throws.
 */
export async function ingestReplicate(library: LibraryClient, folder: string): Promise<Ingestion> {
  const order = readOrder(folder);
  const replicate = await library.replicate(order.id);
  if (!isDeepStrictEqual(order, replicate.workOrder)) {
    throw new NoisefloorError(
      'result-folder-foreign',
      `${folder} says it is replicate ${order.id}, but its work order is not the one the library has for it. Delete the folder to train the replicate again.`,
      { details: { folder, replicateId: order.id } },
    );
  }
  return ingestFolder(library, replicate, folder);
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
  folder: string,
): Promise<Ingestion> {
  const ingestion: Ingestion = { replicateId: replicate.id, records: [] };
  let offset = replicate.ingestOffset;
  let bytesAtOnce = batchBytes;
  let anew = !isLogOf(replicate, folder);
  while (true) {
    const { reading, fromOffset, replace } = anew
      ? { reading: readAvailableRecords(folder, 0, bytesAtOnce), fromOffset: 0, replace: true }
      : readOn(folder, offset, bytesAtOnce);
    const { records, nextOffset, damage } = reading;
    if (records.length > 0) {
      let checkpoints: Map<number, Uint8Array>;
      try {
        checkpoints = readCheckpoints(folder, records);
      } catch (error) {
        if (records.length === 1) {
          throw error;
        }
        // One record at a time, so that those before the missing checkpoint are stored.
        bytesAtOnce = 1;
        continue;
      }
      const batch = { records, checkpoints, fromOffset, nextOffset, replace };
      const { stored, offset: known } = await library.ingest(replicate.id, batch);
      offset = known;
      anew = false;
      if (stored) {
        ingestion.records.push(...records);
      }
    }
    if (damage !== null) {
      throw damage;
    }
    if (records.length === 0) {
      return ingestion;
    }
  }
}

/**
 * Whether the log of a folder is the one the library has read from: another one, of a replicate that was trained anew,
 * begins at another time. A log that is as long as the old one would otherwise pass for it.
 */
function isLogOf(replicate: Replicate, folder: string): boolean {
  if (replicate.ingestOffset === 0 || replicate.startedAt === null) {
    return true;
  }
  const [first] = readAvailableRecords(folder, 0, 1).records;
  return first?.type !== 'started' || first.at === replicate.startedAt;
}

/**
 * Reads on from an offset. A folder that was made anew has another log: what the library knows of the old one is then to
 * be replaced, as soon as the new one holds something.
 */
function readOn(
  folder: string,
  offset: number,
  bytesAtOnce: number,
): { reading: RecordsReading; fromOffset: number; replace: boolean } {
  const reading = readAvailableRecords(folder, offset, bytesAtOnce);
  if (offset > 0 && reading.damage !== null && reading.records.length === 0) {
    const anew = readAvailableRecords(folder, 0, bytesAtOnce);
    if (anew.damage === null) {
      return { reading: anew, fromOffset: 0, replace: anew.records.length > 0 };
    }
  }
  return { reading, fromOffset: offset, replace: false };
}

function readCheckpoints(folder: string, records: readonly ResultRecord[]): Map<number, Uint8Array> {
  const checkpoints = new Map<number, Uint8Array>();
  for (const record of records) {
    if (record.type === 'epoch' && record.checkpoint !== null) {
      checkpoints.set(record.epoch, readReferencedFile(folder, record.checkpoint));
    }
  }
  return checkpoints;
}
