/**
 * Reads ZIP archives (wheels are such) without dependencies: the central directory, ZIP64 included,
 * and single entries, inflated as a stream and checked against their CRC-32.
 * Format: PKWARE APPNOTE 6.3.10, sections 4.3 to 4.5.
 */

import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createInflateRaw } from 'node:zlib';

/**
 * @typedef {object} ZipEntry
 * @property {string} name path inside the archive, with forward slashes
 * @property {number} method 0 stored, 8 deflated
 * @property {number} crc CRC-32 of the content
 * @property {number} compressedBytes
 * @property {number} bytes
 * @property {number} offset of the entry's local header
 */

const endSignature = 0x06054b50;
const zip64LocatorSignature = 0x07064b50;
const zip64EndSignature = 0x06064b50;
const directorySignature = 0x02014b50;
const localSignature = 0x04034b50;
const endLength = 22;
const zip64LocatorLength = 20;
const longestComment = 0xffff;
const elsewhere32 = 0xffffffff;
const elsewhere16 = 0xffff;

/**
 * @param {string} path
 * @returns {Promise<ZipEntry[]>} every file of the archive, folders left out
 * @throws {Error} when it is no whole ZIP archive
 */
export async function readZipEntries(path) {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const tailLength = Math.min(size, endLength + longestComment + zip64LocatorLength);
    const tail = await readExactly(file, size - tailLength, tailLength, path);
    const end = findEnd(tail, path);
    let count = tail.readUInt16LE(end + 10);
    let directoryLength = tail.readUInt32LE(end + 12);
    let directoryOffset = tail.readUInt32LE(end + 16);
    if (count === elsewhere16 || directoryLength === elsewhere32 || directoryOffset === elsewhere32) {
      const locator = end - zip64LocatorLength;
      if (locator < 0 || tail.readUInt32LE(locator) !== zip64LocatorSignature) throw damaged(path);
      const position = Number(tail.readBigUInt64LE(locator + 8));
      const end64 = await readExactly(file, position, 56, path);
      if (end64.readUInt32LE(0) !== zip64EndSignature) throw damaged(path);
      count = Number(end64.readBigUInt64LE(32));
      directoryLength = Number(end64.readBigUInt64LE(40));
      directoryOffset = Number(end64.readBigUInt64LE(48));
    }
    if (directoryOffset + directoryLength > size) throw damaged(path);
    const directory = await readExactly(file, directoryOffset, directoryLength, path);
    return parseDirectory(directory, count, path).filter((entry) => !entry.name.endsWith('/'));
  } finally {
    await file.close();
  }
}

/**
 * Writes one entry's content to a file.
 * @param {string} path of the archive
 * @param {ZipEntry} entry
 * @param {string} target file to write; its folder exists
 * @param {(bytes: number) => void} onBytes told how many more bytes were written
 * @returns {Promise<void>}
 * @throws {Error} when the content is not what the archive's directory says
 */
export async function extractZipEntry(path, entry, target, onBytes) {
  const start = await contentStart(path, entry);
  if (entry.method !== 0 && entry.method !== 8) {
    throw new Error(
      `${path}: ${entry.name} is packed by method ${entry.method.toString()}, which is unknown here`,
    );
  }
  let checksum = 0;
  let bytes = 0;
  const check = new Transform({
    transform(/** @type {Buffer} */ chunk, _encoding, done) {
      checksum = crc32(chunk, checksum);
      bytes += chunk.length;
      onBytes(chunk.length);
      done(null, chunk);
    },
  });
  const output = createWriteStream(target, { highWaterMark: 1 << 20 });
  if (entry.compressedBytes > 0) {
    const input = createReadStream(path, {
      start,
      end: start + entry.compressedBytes - 1,
      highWaterMark: 1 << 20,
    });
    if (entry.method === 8) {
      await pipeline(input, createInflateRaw({ chunkSize: 1 << 18 }), check, output);
    } else {
      await pipeline(input, check, output);
    }
  } else {
    await new Promise((resolve, reject) => output.on('error', reject).end(resolve));
  }
  if (checksum !== entry.crc || bytes !== entry.bytes) throw damaged(path);
}

/**
 * @param {string} path
 * @param {ZipEntry} entry
 * @returns {Promise<number>} where the entry's packed content starts, behind its local header
 */
async function contentStart(path, entry) {
  const file = await open(path);
  try {
    const header = await readExactly(file, entry.offset, 30, path);
    if (header.readUInt32LE(0) !== localSignature) throw damaged(path);
    return entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  } finally {
    await file.close();
  }
}

/**
 * @param {Buffer} tail the archive's last bytes
 * @param {string} path
 * @returns {number} where the end record starts
 */
function findEnd(tail, path) {
  for (let position = tail.length - endLength; position >= 0; position--) {
    if (tail.readUInt32LE(position) === endSignature) return position;
  }
  throw damaged(path);
}

/**
 * @param {Buffer} directory
 * @param {number} count
 * @param {string} path
 * @returns {ZipEntry[]}
 */
function parseDirectory(directory, count, path) {
  /** @type {ZipEntry[]} */
  const entries = [];
  let position = 0;
  for (let index = 0; index < count; index++) {
    if (position + 46 > directory.length || directory.readUInt32LE(position) !== directorySignature) {
      throw damaged(path);
    }
    const nameLength = directory.readUInt16LE(position + 28);
    const extraLength = directory.readUInt16LE(position + 30);
    const extraStart = position + 46 + nameLength;
    const entry = {
      name: directory.toString('utf8', position + 46, extraStart),
      method: directory.readUInt16LE(position + 10),
      crc: directory.readUInt32LE(position + 16),
      compressedBytes: directory.readUInt32LE(position + 20),
      bytes: directory.readUInt32LE(position + 24),
      offset: directory.readUInt32LE(position + 42),
    };
    takeLongNumbers(entry, directory.subarray(extraStart, extraStart + extraLength));
    entries.push(entry);
    position = extraStart + extraLength + directory.readUInt16LE(position + 32);
  }
  return entries;
}

/**
 * Numbers that do not fit 32 bits stand in the ZIP64 extra field, in this order, only those that are needed.
 * @param {ZipEntry} entry
 * @param {Buffer} extra
 */
function takeLongNumbers(entry, extra) {
  let position = 0;
  while (position + 4 <= extra.length) {
    const length = extra.readUInt16LE(position + 2);
    if (extra.readUInt16LE(position) === 1) {
      let next = position + 4;
      for (const field of /** @type {const} */ (['bytes', 'compressedBytes', 'offset'])) {
        if (entry[field] === elsewhere32) {
          entry[field] = Number(extra.readBigUInt64LE(next));
          next += 8;
        }
      }
    }
    position += 4 + length;
  }
}

/**
 * @param {import('node:fs/promises').FileHandle} file
 * @param {number} position
 * @param {number} length
 * @param {string} path
 * @returns {Promise<Buffer>}
 */
async function readExactly(file, position, length, path) {
  if (position < 0) throw damaged(path);
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  if (bytesRead !== length) throw damaged(path);
  return buffer;
}

/** @param {string} path */
function damaged(path) {
  return new Error(`${path} is not a whole ZIP archive`);
}
