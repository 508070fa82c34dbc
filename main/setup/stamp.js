/**
 * Stamps: small JSON files written last, when a step of set-up is whole. No stamp means not done,
 * and a file that differs from its stamp means damaged.
 */

import { createReadStream, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

/** @typedef {{ bytes: number, modified: number, crc: number }} FileFacts size, time of last change in milliseconds, CRC-32 */
/** @typedef {Record<string, FileFacts>} FileTable facts by path relative to the folder of the stamp */

/**
 * @param {string} path
 * @returns {unknown} undefined when there is none, or it is not JSON
 */
export function readStamp(path) {
  try {
    return /** @type {unknown} */ (JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

/**
 * Writes beside, then renames: a stamp is whole or not there.
 * @param {string} path
 * @param {unknown} value
 * @returns {void}
 */
export function writeStamp(path, value) {
  const temporary = `${path}.${process.pid.toString()}`;
  writeFileSync(temporary, JSON.stringify(value));
  renameSync(temporary, path);
}

/**
 * @param {unknown} stamp
 * @returns {FileTable | null} the stamp's table of files, or null where it has none
 */
export function filesOf(stamp) {
  if (typeof stamp !== 'object' || stamp === null || !('files' in stamp)) return null;
  return /** @type {FileTable} */ (stamp.files);
}

/**
 * Compares files with their stamp by presence, size and time, without reading them.
 * @param {string} folder
 * @param {FileTable} files
 * @returns {{ fault: string | null, touched: string[] }} the first sure fault; files of the right size but another time
 */
export function compareFiles(folder, files) {
  /** @type {string[]} */
  const touched = [];
  for (const [name, facts] of Object.entries(files)) {
    const found = statSync(join(folder, name), { throwIfNoEntry: false });
    if (found === undefined) return { fault: `${name} is missing`, touched };
    if (found.size !== facts.bytes) {
      const sizes = `${found.size.toString()} bytes instead of ${facts.bytes.toString()}`;
      return { fault: `${name} has ${sizes}`, touched };
    }
    if (Math.abs(found.mtimeMs - facts.modified) > 1) touched.push(name);
  }
  return { fault: null, touched };
}

/**
 * Reads files whose time changed; those with the right content get their old time back.
 * @param {string} folder
 * @param {FileTable} files
 * @param {readonly string[]} touched
 * @returns {Promise<string | null>} the first fault, or null when all are sound
 */
export async function verifyContent(folder, files, touched) {
  for (const name of touched) {
    const facts = files[name];
    const path = join(folder, name);
    if (facts === undefined || (await fileChecksum(path)) !== facts.crc) {
      return `${name} has other content than the one installed`;
    }
    utimesSync(path, new Date(), facts.modified / 1000);
  }
  return null;
}

/**
 * @param {string} path
 * @returns {Promise<number>} CRC-32 of the whole file
 */
export async function fileChecksum(path) {
  let checksum = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    checksum = crc32(/** @type {Buffer} */ (chunk), checksum);
  }
  return checksum;
}
