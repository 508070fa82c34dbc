import { readOrder } from '../results/folder.ts';
import { readAvailableRecords, readReferencedFile } from '../results/reader.ts';
import type { ResultRecord } from '../results/record.ts';
import type { NoisefloorError } from '../study/errors.ts';
import type { WorkOrder } from '../study/replicate.ts';

/** What a result folder says of itself. */
export interface FolderLook {
  readonly order: WorkOrder;
  /** When the log begins; null where it has no beginning that can be read. */
  readonly startedAt: string | null;
}

/** Where in a log to go on. */
export interface ReadFrom {
  readonly offset: number;
  /** The log is read from its beginning, and replaces what is known of it. */
  readonly anew: boolean;
  readonly bytesAtOnce: number;
}

/** A part of a log with the checkpoints that it names, as a library takes it. */
export interface FolderBatch {
  readonly records: ResultRecord[];
  /** By epoch. */
  readonly checkpoints: ReadonlyMap<number, Uint8Array>;
  readonly fromOffset: number;
  readonly nextOffset: number;
  readonly replace: boolean;
  /** Why reading stopped before the end of what was written. */
  readonly damage: Pick<NoisefloorError, 'code' | 'message' | 'details'> | null;
  /** How much is to be read next time. */
  readonly bytesAtOnce: number;
}

/** Reads result folders for whoever takes them in. */
export interface FolderReader {
  /** @throws NoisefloorError `result-folder-missing`, `result-folder-damaged`. */
  look(folder: string): Promise<FolderLook>;
  /** @throws NoisefloorError `result-folder-damaged` where the first record names a checkpoint that cannot be read. */
  read(folder: string, from: ReadFrom): Promise<FolderBatch>;
}

/** Reads in the time of the thread that asks. */
export const inThisThread: FolderReader = {
  look: (folder) => Promise.resolve().then(() => lookAtFolder(folder)),
  read: (folder, from) => Promise.resolve().then(() => readBatch(folder, from)),
};

export function lookAtFolder(folder: string): FolderLook {
  const order = readOrder(folder);
  const [first] = readAvailableRecords(folder, 0, 1).records;
  return { order, startedAt: first?.type === 'started' ? first.at : null };
}

export function readBatch(folder: string, from: ReadFrom): FolderBatch {
  const { reading, fromOffset, replace } = readOn(folder, from);
  const { records, nextOffset, damage } = reading;
  let checkpoints: Map<number, Uint8Array>;
  try {
    checkpoints = readCheckpoints(folder, records);
  } catch (error) {
    if (records.length === 1) {
      throw error;
    }
    // One record at a time, so that those before the missing checkpoint are stored.
    return readBatch(folder, { ...from, bytesAtOnce: 1 });
  }
  return {
    ...{ records, checkpoints, fromOffset, nextOffset, replace, bytesAtOnce: from.bytesAtOnce },
    damage: damage === null ? null : { code: damage.code, message: damage.message, details: damage.details },
  };
}

/**
 * Reads on from an offset. A folder that was made anew has another log: what is known of the old one is then to be
 * replaced, as soon as the new one holds something.
 */
function readOn(folder: string, { offset, anew, bytesAtOnce }: ReadFrom) {
  if (anew) {
    return { reading: readAvailableRecords(folder, 0, bytesAtOnce), fromOffset: 0, replace: true };
  }
  const reading = readAvailableRecords(folder, offset, bytesAtOnce);
  if (offset > 0 && reading.damage !== null && reading.records.length === 0) {
    const whole = readAvailableRecords(folder, 0, bytesAtOnce);
    if (whole.damage === null) {
      return { reading: whole, fromOffset: 0, replace: whole.records.length > 0 };
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
