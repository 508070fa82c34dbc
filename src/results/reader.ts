import { createHash } from 'node:crypto';
import { closeSync, fstatSync } from 'node:fs';
import path from 'node:path';
import { NoisefloorError } from '../study/errors.ts';
import { openForReading, readRegularFile, systemErrorCode } from './durableFile.ts';
import { recordsPath } from './folder.ts';
import { readFrame } from './frame.ts';
import type { FileReference, ResultRecord } from './record.ts';
import { decodeRecord } from './recordCodec.ts';

/** What a log holds from an offset on. */
export interface RecordsReading {
  records: ResultRecord[];
  /** Where the next reading begins. */
  nextOffset: number;
  /** Why reading stopped before the end of what was written, or null. */
  damage: NoisefloorError | null;
}

/**
 * Reads the whole records of a result folder, which may be growing; an unfinished last record is left for later.
 * @param fromOffset 0, or the `nextOffset` of an earlier reading.
 * @throws NoisefloorError `result-folder-damaged` naming file and byte offset, `result-folder-missing`,
 *   `result-folder-from-the-future`. To keep the records before the damage, use {@link readAvailableRecords}.
 */
export function readRecords(folder: string, fromOffset = 0): { records: ResultRecord[]; nextOffset: number } {
  const { records, nextOffset, damage } = readAvailableRecords(folder, fromOffset);
  if (damage !== null) {
    throw damage;
  }
  return { records, nextOffset };
}

/**
 * Like {@link readRecords}, but damage is returned with the records before it.
 * @param maximumBytes stops after the record that reaches so many bytes; `nextOffset` tells where to go on.
 */
export function readAvailableRecords(
  folder: string,
  fromOffset = 0,
  maximumBytes = Number.MAX_SAFE_INTEGER,
): RecordsReading {
  const file = recordsPath(folder);
  const records: ResultRecord[] = [];
  const descriptor = openLog(file);
  if (descriptor === null) {
    return { records, nextOffset: 0, damage: fromOffset > 0 ? shorter(file, fromOffset, 0) : null };
  }
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile()) {
      return { records, nextOffset: fromOffset, damage: damaged(file, 0, 'it is not a regular file') };
    }
    if (fromOffset > status.size) {
      return { records, nextOffset: fromOffset, damage: shorter(file, fromOffset, status.size) };
    }
    let offset = fromOffset;
    while (offset - fromOffset < maximumBytes) {
      const reading = readFrame(descriptor, offset, status.size);
      if (reading.kind === 'end') {
        break;
      }
      if (reading.kind !== 'frame') {
        const damage =
          reading.kind === 'damaged' ? damaged(file, offset, reading.why) : newer(file, reading.version);
        return { records, nextOffset: offset, damage };
      }
      const decoded = decodeRecord(reading.payload);
      if ('why' in decoded) {
        return { records, nextOffset: offset, damage: damaged(file, offset, decoded.why) };
      }
      records.push(decoded.record);
      offset = reading.nextOffset;
    }
    return { records, nextOffset: offset, damage: null };
  } finally {
    closeSync(descriptor);
  }
}

/**
 * The bytes of a checkpoint or state, a safetensors file, checked against the record that names it.
 * @throws NoisefloorError `result-folder-damaged` when the file is missing or not what was recorded.
 */
export function readReferencedFile(folder: string, reference: FileReference): Buffer {
  const file = path.join(folder, reference.file);
  let bytes: Buffer;
  try {
    bytes = readRegularFile(file, reference.bytes);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') {
      throw damaged(file, 0, 'the file is missing', error);
    }
    throw error;
  }
  if (bytes.length !== reference.bytes) {
    throw damaged(file, bytes.length, `the file has ${bytes.length} of ${reference.bytes} bytes`);
  }
  if (createHash('sha256').update(bytes).digest('hex') !== reference.sha256) {
    throw damaged(file, 0, 'its SHA-256 is not the one recorded');
  }
  return bytes;
}

function openLog(file: string): number | null {
  try {
    return openForReading(file);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') {
      return null;
    }
    if (systemErrorCode(error) === 'ELOOP') {
      throw damaged(file, 0, 'it is a link', error);
    }
    throw error;
  }
}

function damaged(file: string, offset: number, why: string, cause?: unknown): NoisefloorError {
  return new NoisefloorError(
    'result-folder-damaged',
    `${file} is damaged at byte ${offset}: ${why}. What comes before is readable; to have the rest, copy the folder again from where it came, or delete it and train the replicate again.`,
    { details: { file, offset }, cause },
  );
}

function shorter(file: string, fromOffset: number, size: number): NoisefloorError {
  return damaged(file, size, `${fromOffset} bytes of it were read before, but now it has ${size}`);
}

function newer(file: string, version: number): NoisefloorError {
  return new NoisefloorError(
    'result-folder-from-the-future',
    `${file} was written by a newer Noisefloor (format ${version}). Update this one to read it.`,
    { details: { file, version } },
  );
}
