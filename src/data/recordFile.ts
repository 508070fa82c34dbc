import { open, type FileHandle } from 'node:fs/promises';
import { maskedCrc32c } from '../formats/crc32c.ts';
import { invalidData, systemReason } from './invalid.ts';

/** Length (8 bytes) and its checksum (4) before a record, the checksum of the record (4) behind it. */
const headerBytes = 12;
const footerBytes = 4;
/** No record of images is longer: a length beyond it is damage that its checksum happens to fit. */
const longestRecord = 2 ** 30;

export interface FileRecord {
  readonly bytes: Uint8Array;
  /** Of its first byte in the file. */
  readonly offset: number;
  /** From 0. */
  readonly index: number;
}

/**
 * The records of a TFRecord file, in order, each checked against both of its checksums.
 * @throws NoisefloorError `dataset-invalid` with file and byte where a record is damaged or the file ends inside it.
 */
export async function* readRecordFile(file: string): AsyncGenerator<FileRecord> {
  const handle = await openFile(file);
  try {
    let start = 0;
    for (let index = 0; ; index += 1) {
      const header = await readAt(handle, file, start, headerBytes);
      if (header.length === 0) return;
      const length = lengthIn(header, file, index, start);
      const body = await readAt(handle, file, start + headerBytes, length + footerBytes);
      if (body.length < length + footerBytes) throw damaged(file, index, start, 'ends inside');
      const bytes = body.subarray(0, length);
      if (uint32At(body, length) !== maskedCrc32c(bytes)) throw damaged(file, index, start, 'is damaged in');
      yield { bytes, offset: start + headerBytes, index };
      start += headerBytes + length + footerBytes;
    }
  } finally {
    await handle.close();
  }
}

function lengthIn(header: Uint8Array, file: string, index: number, start: number): number {
  if (header.length < headerBytes) throw damaged(file, index, start, 'ends inside');
  const length = uint32At(header, 0) + uint32At(header, 4) * 2 ** 32;
  const isWhole = uint32At(header, 8) === maskedCrc32c(header.subarray(0, 8));
  if (!isWhole || length > longestRecord) throw damaged(file, index, start, 'is damaged in');
  return length;
}

function damaged(file: string, index: number, start: number, how: string): Error {
  return invalidData(
    file,
    `${how} record ${String(index)}, which begins at byte ${String(start)}. Fetch or copy the file again.`,
  );
}

const uint32At = (bytes: Uint8Array, at: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at, true);

async function openFile(file: string): Promise<FileHandle> {
  try {
    return await open(file);
  } catch (error) {
    throw invalidData(file, `${systemReason(error)}.`, error);
  }
}

/** Fewer bytes where the file ends. */
async function readAt(handle: FileHandle, file: string, from: number, count: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(count);
  let done = 0;
  try {
    while (done < count) {
      const { bytesRead } = await handle.read(bytes, done, count - done, from + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
  } catch (error) {
    throw invalidData(file, `${systemReason(error)}.`, error);
  }
  return bytes.subarray(0, done);
}
