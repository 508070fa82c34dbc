import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { NoisefloorError } from '../study/errors.ts';

/**
 * Puts `bytes` at `file` so that after a crash or a power failure there is either the old file or the whole new one.
 * @throws NoisefloorError `disk-full` or `not-writable`; the old file is untouched.
 */
export function writeFileDurably(file: string, bytes: Uint8Array): void {
  const temporary = `${file}.tmp`;
  try {
    const descriptor = openSync(temporary, 'w');
    try {
      writeFully(descriptor, bytes, null);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
    syncFolder(path.dirname(file));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw writeError(file, error);
  }
}

/**
 * Appends `parts` at `offset`, the end of the file, and waits until they are on the disk.
 * @throws NoisefloorError `disk-full` or `not-writable`; the file ends at `offset` again.
 */
export function appendDurably(
  descriptor: number,
  file: string,
  parts: readonly Uint8Array[],
  offset: number,
): void {
  try {
    writeFully(descriptor, Buffer.concat(parts), offset);
    fsyncSync(descriptor);
  } catch (error) {
    try {
      ftruncateSync(descriptor, offset);
    } catch {
      // Whoever reads the file takes what is left for an unfinished record.
    }
    throw writeError(file, error);
  }
}

/**
 * Opens a file of a folder that may come from elsewhere: links are not followed, and a pipe is not waited for.
 * @returns a descriptor; look at its status before reading.
 */
export function openForReading(file: string): number {
  // Windows has neither of these flags, nor what they guard against.
  const careful = process.platform === 'win32' ? 0 : constants.O_NOFOLLOW | constants.O_NONBLOCK;
  return openSync(file, constants.O_RDONLY | careful);
}

/** Reads a whole regular file; a link, a device or a pipe in a folder from elsewhere is refused. */
export function readRegularFile(file: string, maximumBytes: number): Buffer {
  const descriptor = openForReading(file);
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile()) {
      throw new NoisefloorError('result-folder-damaged', `${file} is not a regular file.`, {
        details: { file },
      });
    }
    if (status.size > maximumBytes) {
      throw new NoisefloorError(
        'result-folder-damaged',
        `${file} has ${status.size} bytes; at most ${maximumBytes} are read.`,
        { details: { file } },
      );
    }
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Waits until the names in a folder are on the disk; Windows has no such call and does not need it. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') {
    return;
  }
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** @returns the code of a system error, such as `ENOENT`, or null. */
export function systemErrorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** @returns the error to throw when `file` cannot be written. */
export function writeError(file: string, cause: unknown): Error {
  const code = systemErrorCode(cause);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new NoisefloorError(
      'disk-full',
      `The disk is full: ${file} cannot be written. Everything recorded before is intact. Free some space, then resume.`,
      { details: { file }, cause },
    );
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new NoisefloorError(
      'not-writable',
      `${file} may not be written (${code}). Check its folder's permissions.`,
      {
        details: { file },
        cause,
      },
    );
  }
  return cause instanceof Error ? cause : new Error(String(cause));
}

function writeFully(descriptor: number, bytes: Uint8Array, position: number | null): void {
  let written = 0;
  while (written < bytes.byteLength) {
    const at = position === null ? null : position + written;
    written += writeSync(descriptor, bytes, written, bytes.byteLength - written, at);
  }
}
