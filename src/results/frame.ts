import { readSync } from 'node:fs';
import { crc32 } from 'node:zlib';

/**
 * One frame of an append-only log, little-endian:
 *
 *     0  "NFR" and the format's version, one byte
 *     4  bytes of payload, uint32
 *     8  offset of this frame in its file, uint64
 *    16  CRC-32 of the payload
 *    20  CRC-32 of bytes 0 to 19
 *    24  payload
 *
 * The header has a checksum of its own, so that a damaged length is never mistaken for an unfinished frame, and
 * says where it lies, so that a frame that was moved, repeated or left out is found.
 */
export const frameHeaderBytes = 24;
export const frameVersion = 1;
/** A payload that claims to be longer is taken for damage, not allocated. */
export const maximumPayloadBytes = 1 << 30;

const magic = Buffer.from('NFR', 'latin1');

/** @returns the header that makes `parts`, one after the other, a frame at `offset` of its file. */
export function frameHeader(parts: readonly Uint8Array[], offset: number): Buffer {
  let length = 0;
  let checksum = 0;
  for (const part of parts) {
    length += part.byteLength;
    checksum = crc32(part, checksum);
  }
  const header = Buffer.alloc(frameHeaderBytes);
  magic.copy(header, 0);
  header.writeUInt8(frameVersion, 3);
  header.writeUInt32LE(length, 4);
  header.writeBigUInt64LE(BigInt(offset), 8);
  header.writeUInt32LE(checksum, 16);
  header.writeUInt32LE(crc32(header.subarray(0, 20)), 20);
  return header;
}

export type FrameReading =
  | { kind: 'frame'; payload: Buffer; nextOffset: number }
  /** The file ends here, or inside this frame: its writer was interrupted, or is still writing. */
  | { kind: 'end' }
  | { kind: 'newer'; version: number }
  | { kind: 'damaged'; why: string };

/**
 * Reads the frame at `offset`.
 * @param fileSize bytes of the file; nothing beyond is read.
 */
export function readFrame(descriptor: number, offset: number, fileSize: number): FrameReading {
  if (offset + frameHeaderBytes > fileSize) {
    return { kind: 'end' };
  }
  const header = readExactly(descriptor, offset, frameHeaderBytes);
  if (header === null) {
    return { kind: 'end' };
  }
  if (header.readUInt32LE(20) !== crc32(header.subarray(0, 20))) {
    // After a power failure a file system may show a file's new length before its bytes.
    return isZeroToEnd(descriptor, offset, fileSize)
      ? { kind: 'end' }
      : { kind: 'damaged', why: 'the header of the record is not what was written' };
  }
  if (!header.subarray(0, 3).equals(magic)) {
    return { kind: 'damaged', why: 'there is no record here' };
  }
  if (header[3] !== frameVersion) {
    return { kind: 'newer', version: header.readUInt8(3) };
  }
  if (header.readBigUInt64LE(8) !== BigInt(offset)) {
    return { kind: 'damaged', why: 'the record here belongs elsewhere in the file' };
  }
  const length = header.readUInt32LE(4);
  if (length > maximumPayloadBytes) {
    return { kind: 'damaged', why: `the record claims ${length} bytes` };
  }
  const start = offset + frameHeaderBytes;
  if (start + length > fileSize) {
    return { kind: 'end' };
  }
  const payload = readExactly(descriptor, start, length);
  if (payload === null) {
    return { kind: 'end' };
  }
  if (crc32(payload) !== header.readUInt32LE(16)) {
    return { kind: 'damaged', why: 'the checksum of the record does not match' };
  }
  return { kind: 'frame', payload, nextOffset: start + length };
}

/** @returns null when the file ends before `length` bytes, as it may while its tail is being cut off. */
function readExactly(descriptor: number, offset: number, length: number): Buffer | null {
  const bytes = Buffer.allocUnsafeSlow(length);
  let filled = 0;
  while (filled < length) {
    const read = readSync(descriptor, bytes, filled, length - filled, offset + filled);
    if (read === 0) {
      return null;
    }
    filled += read;
  }
  return bytes;
}

function isZeroToEnd(descriptor: number, offset: number, fileSize: number): boolean {
  const chunk = Buffer.alloc(65_536);
  for (let at = offset; at < fileSize;) {
    const read = readSync(descriptor, chunk, 0, Math.min(chunk.length, fileSize - at), at);
    if (read === 0) {
      return true;
    }
    if (chunk.subarray(0, read).some((byte) => byte !== 0)) {
      return false;
    }
    at += read;
  }
  return true;
}
