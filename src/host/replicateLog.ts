import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';

/** So much of a log is read at a time, in bytes. */
const partBytes = 128 * 1024;

/** A part of what a replicate's process printed. */
export interface LogPart {
  text: string;
  /** Where the text begins and ends in the log, in bytes; the next part begins at `next`. */
  from: number;
  next: number;
  /** Of the whole log. */
  size: number;
}

/**
 * A part of the log in a result folder; empty where nothing was printed yet.
 * @param from the first byte, or null for the end of the log.
 */
export async function readReplicateLog(folder: string, from: number | null): Promise<LogPart> {
  let file;
  try {
    // A link in a result folder from elsewhere could lead anywhere.
    file = await open(path.join(folder, 'output.log'), constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch {
    return { text: '', from: 0, next: 0, size: 0 };
  }
  try {
    const { size } = await file.stat();
    const wanted = Math.min(size, from ?? Math.max(0, size - partBytes));
    const { buffer, bytesRead } = await file.read(
      Buffer.alloc(Math.min(partBytes, size - wanted)),
      0,
      null,
      wanted,
    );
    const bytes = buffer.subarray(0, bytesRead);
    const start = from === null && wanted > 0 ? characterStart(bytes) : 0;
    const end = wholeCharacters(bytes);
    return { text: bytes.toString('utf8', start, end), from: wanted + start, next: wanted + end, size };
  } finally {
    await file.close();
  }
}

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/** Where the first whole character begins. */
function characterStart(bytes: Buffer): number {
  let start = 0;
  while (start < 3 && isContinuation(bytes[start])) start += 1;
  return start;
}

/** Where the last whole character ends: a character that is cut off is left for the next part. */
function wholeCharacters(bytes: Buffer): number {
  let lead = bytes.length - 1;
  while (lead > bytes.length - 4 && isContinuation(bytes[lead])) lead -= 1;
  const first = bytes[lead] ?? 0;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  return lead >= 0 && lead + length > bytes.length ? lead : bytes.length;
}
