/** Unpacks what the studio needs of TensorFlow's wheels: libraries, C headers, and CUDA's libraries. */

import { mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SetupError } from './messages.js';
import { withProgress } from './progress.js';
import { extractZipEntry, readZipEntries } from './zip.js';

/** @typedef {import('./stamp.js').FileTable} FileTable */

const kept = [
  /^tensorflow\/libtensorflow_(cc|framework)\.[^/]*$/,
  /^tensorflow\/include\/(tensorflow\/c|tensorflow\/core\/platform|tsl\/platform|xla\/tsl\/c)\/.*\.h$/,
  /^nvidia\/[^/]+\/(lib|bin|nvvm)\//,
];

/**
 * Keeps the wheels' own layout, because TensorFlow's library looks for CUDA's beside its folder.
 * @param {readonly string[]} wheels paths
 * @param {string} target a new folder
 * @returns {Promise<FileTable>} facts of every file written
 * @throws {SetupError} when a wheel cannot be read
 */
export async function unpackWheels(wheels, target) {
  /** @type {{ wheel: string, entry: import('./zip.js').ZipEntry }[]} */
  const work = [];
  for (const wheel of wheels) {
    const entries = await readZipEntries(wheel).catch(unreadable(wheel));
    for (const entry of entries) {
      if (kept.some((pattern) => pattern.test(entry.name)) && isInside(entry.name))
        work.push({ wheel, entry });
    }
  }
  const total = work.reduce((sum, { entry }) => sum + entry.bytes, 0);
  /** @type {FileTable} */
  const files = {};
  await withProgress('unpacking', total, async (progress) => {
    let done = 0;
    for (const { wheel, entry } of work) {
      const path = join(target, entry.name);
      mkdirSync(dirname(path), { recursive: true });
      await extractZipEntry(wheel, entry, path, (bytes) => {
        done += bytes;
        progress.update(done);
      }).catch(unreadable(wheel));
      files[entry.name] = { bytes: entry.bytes, modified: statSync(path).mtimeMs, crc: entry.crc };
    }
  });
  return files;
}

/** @param {string} name path inside an archive */
function isInside(name) {
  return !name.split('/').includes('..');
}

/**
 * File system faults pass through; anything else means that the archive is not readable.
 * @param {string} wheel
 * @returns {(cause: unknown) => never}
 */
function unreadable(wheel) {
  return (cause) => {
    if (cause instanceof Error && 'code' in cause && /^E[A-Z]+$/.test(String(cause.code))) throw cause;
    throw new SetupError('a fetched wheel cannot be unpacked', {
      where: wheel,
      detail: cause instanceof Error ? cause.message : String(cause),
      fix: 'remove that file and run the same command again',
      cause,
    });
  };
}
