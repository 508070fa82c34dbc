import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  ftruncateSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
} from 'node:fs';
import path from 'node:path';
import { NoisefloorError } from '../study/errors.ts';
import type { WorkOrder } from '../study/replicate.ts';
import { appendDurably, syncFolder, writeError, writeFileDurably } from './durableFile.ts';
import { checkpointName, prepareResultFolder, readOrder, recordsPath, stateName } from './folder.ts';
import { frameHeader, frameHeaderBytes } from './frame.ts';
import { lockFolder, type FolderLock } from './lock.ts';
import { readAvailableRecords, readReferencedFile } from './reader.ts';
import { encodeRecord } from './recordCodec.ts';
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts';
import type {
  EndedRecord,
  EpochRecord,
  FileReference,
  RecordedEpoch,
  ResultRecord,
  SavedTensor,
  StartedRecord,
} from './record.ts';

/** A long log is read in pieces. */
const bytesAtOnce = 64 * 1024 * 1024;

/** A result folder taken up where an earlier process left it. */
export interface ReopenedFolder {
  writer: ResultWriter;
  order: WorkOrder;
  /** The last finished epoch, -1 if there is none. */
  lastEpoch: number;
  /** What was saved with the last finished epoch; null if there is none, or if the replicate is finished. */
  state: SavedTensor[] | null;
  /** How many processes began to work on the replicate before. */
  attempts: number;
  /** How the last of them ended; null if it did not say. */
  ended: EndedRecord | null;
}

/**
 * Writes the result folder of one replicate. At the end of an epoch call {@link saveState}, {@link checkpoint} if one
 * is wanted, then {@link epoch}: from that moment the epoch is finished, and stays so whatever happens.
 */
export class ResultWriter {
  readonly folder: string;
  readonly #lock: FolderLock;
  readonly #descriptor: number;
  #end: number;
  #lastEpoch: number;
  #state: FileReference | null = null;
  #checkpoint: FileReference | null = null;
  #open = true;
  readonly #isLogged: boolean;

  private constructor(
    folder: string,
    lock: FolderLock,
    descriptor: number,
    past: Pick<Past, 'end'> & { lastEpoch: number; isLogged: boolean },
  ) {
    const { end, lastEpoch, isLogged } = past;
    this.#isLogged = isLogged;
    this.folder = folder;
    this.#lock = lock;
    this.#descriptor = descriptor;
    this.#end = end;
    this.#lastEpoch = lastEpoch;
  }

  /**
   * Makes a result folder and takes it.
   * @throws NoisefloorError `result-folder-exists`, `result-folder-in-use`, `disk-full`, `not-writable`.
   */
  static create(folder: string, order: WorkOrder): ResultWriter {
    prepareResultFolder(folder, order);
    return ResultWriter.reopen(folder).writer;
  }

  /**
   * Takes a result folder that exists, cuts an unfinished record off its log, and reads back what to go on from.
   * @throws NoisefloorError `result-folder-missing`, `result-folder-in-use`, `result-folder-damaged` (a record or the
   *   state), `not-writable`.
   */
  static reopen(folder: string): ReopenedFolder {
    const order = readOrder(folder);
    const lock = lockFolder(folder);
    try {
      const isLogged = order.program !== undefined;
      const { last, attempts, ended, end } = summarise(folder, isLogged);
      const lastEpoch = last?.epoch ?? -1;
      const finished = ended?.status === 'finished';
      const state = last === null || finished ? null : readState(folder, last);
      const descriptor = openForAppending(folder, end);
      const writer = new ResultWriter(folder, lock, descriptor, { end, lastEpoch, isLogged });
      writer.#removeStates(finished ? null : lastEpoch);
      return { writer, order, lastEpoch, state, attempts, ended };
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** Records that this process begins. */
  started(record: StartedRecord): void {
    this.#append({ ...record, type: 'started' });
  }

  /**
   * Saves what a later process needs to go on after `epoch`: weights, moving statistics and optimiser state.
   * @throws NoisefloorError `disk-full`, `not-writable`.
   */
  saveState(epoch: number, tensors: readonly SavedTensor[]): void {
    this.#expectNext(epoch, 'saveState');
    this.#state = this.#writeTensors(stateName(epoch), tensors);
  }

  /**
   * Keeps tensors for good; the epoch's record, which must come after, refers to them.
   * @throws NoisefloorError `disk-full`, `not-writable`.
   */
  checkpoint(epoch: number, tensors: readonly SavedTensor[]): void {
    this.#expectNext(epoch, 'checkpoint');
    mkdirSync(path.join(this.folder, 'checkpoints'), { recursive: true });
    this.#checkpoint = this.#writeTensors(checkpointName(epoch), tensors);
  }

  /**
   * Records an epoch and waits until it is on the disk; then older states are removed.
   * @throws NoisefloorError `invalid-record`, `wrong-order` without the epoch's state, `disk-full`, `not-writable`.
   */
  epoch(record: EpochRecord): void {
    this.#expectNext(record.epoch, 'epoch');
    const state = this.#state;
    if (state === null) {
      throw new NoisefloorError(
        'wrong-order',
        `Epoch ${record.epoch} cannot be recorded before its state is saved.`,
      );
    }
    this.#append({ ...record, type: 'epoch', state, checkpoint: this.#checkpoint });
    this.#lastEpoch = record.epoch;
    this.#state = null;
    this.#checkpoint = null;
    this.#removeStates(record.epoch);
  }

  /** Records how this process leaves the replicate; a finished one needs no state any more. */
  ended(record: EndedRecord): void {
    this.#append({ ...record, type: 'ended' });
    if (record.status === 'finished') {
      this.#removeStates(null);
    }
  }

  /** Gives the folder back. */
  close(): void {
    if (this.#open) {
      this.#open = false;
      closeSync(this.#descriptor);
      this.#lock.release();
    }
  }

  #append(record: ResultRecord): void {
    if (!this.#open) {
      throw new NoisefloorError(
        'wrong-order',
        `${this.folder} was closed; nothing more can be recorded in it.`,
      );
    }
    const parts = encodeRecord(record);
    const header = frameHeader(parts, this.#end);
    appendDurably(this.#descriptor, recordsPath(this.folder), [header, ...parts], this.#end);
    this.#end += frameHeaderBytes + parts.reduce((sum, part) => sum + part.byteLength, 0);
  }

  #writeTensors(name: string, tensors: readonly SavedTensor[]): FileReference {
    const bytes = encodeSafetensors(tensors);
    writeFileDurably(path.join(this.folder, name), bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { file: name, bytes: bytes.length, sha256 };
  }

  #expectNext(epoch: number, what: string): void {
    if (!follows(epoch, this.#lastEpoch, this.#isLogged)) {
      throw new NoisefloorError(
        'wrong-order',
        `${what} of epoch ${epoch} in ${this.folder}: the next epoch to record is ${this.#lastEpoch + 1}. saveState and checkpoint come before the record of their epoch.`,
      );
    }
  }

  /** Removes every state but that of the epoch to keep, and half-written files. */
  #removeStates(keep: number | null): void {
    for (const name of readdirSync(this.folder)) {
      const epoch = /^state-(\d+)\.safetensors(\.tmp)?$/.exec(name);
      if (epoch !== null && (epoch[2] !== undefined || keep === null || Number(epoch[1]) !== keep)) {
        rmSync(path.join(this.folder, name), { force: true });
      }
    }
  }
}

interface Past {
  last: RecordedEpoch | null;
  attempts: number;
  ended: EndedRecord | null;
  /** Where the last whole record ends. */
  end: number;
}

/** @param isLogged whether the epochs are those that a program of one's own wrote about: it may pass some over. */
const follows = (epoch: number, last: number, isLogged: boolean): boolean =>
  isLogged ? epoch > last : epoch === last + 1;

function summarise(folder: string, isLogged: boolean): Past {
  const past: Past = { last: null, attempts: 0, ended: null, end: 0 };
  for (;;) {
    const { records, nextOffset, damage } = readAvailableRecords(folder, past.end, bytesAtOnce);
    if (damage !== null) {
      throw damage;
    }
    if (records.length === 0) {
      return past;
    }
    for (const record of records) {
      addRecord(past, folder, record, isLogged);
    }
    past.end = nextOffset;
  }
}

function addRecord(past: Past, folder: string, record: ResultRecord, isLogged: boolean): void {
  if (record.type === 'started') {
    past.attempts += 1;
    past.ended = null;
  } else if (record.type === 'ended') {
    const { type: _type, ...ended } = record;
    past.ended = ended;
  } else if (follows(record.epoch, past.last?.epoch ?? -1, isLogged)) {
    past.last = record;
  } else {
    const why = `epoch ${record.epoch} is recorded out of turn.`;
    throw cannotResume(folder, past.last?.epoch ?? -1, why, undefined);
  }
}

function openForAppending(folder: string, end: number): number {
  const file = recordsPath(folder);
  try {
    const descriptor = openSync(file, constants.O_RDWR | constants.O_CREAT, 0o666);
    if (fstatSync(descriptor).size > end) {
      ftruncateSync(descriptor, end);
      fsyncSync(descriptor);
    }
    syncFolder(folder);
    return descriptor;
  } catch (error) {
    throw writeError(file, error);
  }
}

function readState(folder: string, last: RecordedEpoch): SavedTensor[] {
  try {
    return decodeSafetensors(readReferencedFile(folder, last.state), path.join(folder, last.state.file))
      .tensors;
  } catch (error) {
    throw cannotResume(folder, last.epoch, error instanceof Error ? error.message : String(error), error);
  }
}

function cannotResume(folder: string, epoch: number, why: string, cause: unknown): NoisefloorError {
  return new NoisefloorError(
    'result-folder-damaged',
    `${folder} cannot be resumed after epoch ${epoch}: ${why} Its records stay readable; delete the folder to train the replicate again.`,
    { details: { folder, epoch }, cause },
  );
}
