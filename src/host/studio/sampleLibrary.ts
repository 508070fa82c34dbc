import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { copyFile, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

/** Characters of the shipped file's hash that name its copy. */
const nameLength = 16;

/**
 * The person's working copy of the shipped sample library, made where there is none of this version, so that the shipped
 * file is never written. A copy is named by what was shipped: another version gets another copy, and those of versions
 * before are removed unless a host has them open.
 * @param shipped the file that is shipped.
 * @param folder for copies.
 * @returns the file to open.
 */
export async function sampleCopy(shipped: string, folder: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(shipped), hash);
  const name = `${hash.digest('hex').slice(0, nameLength)}.sqlite`;
  const copy = path.join(folder, name);
  if (!existsSync(copy)) {
    await mkdir(folder, { recursive: true });
    const draft = path.join(folder, `${randomUUID()}.draft`);
    try {
      await copyFile(shipped, draft);
      await flush(draft);
      await rename(draft, copy);
    } finally {
      await rm(draft, { force: true });
    }
    await removeOthers(folder, name);
  }
  return copy;
}

/** A copy that breaks off in a power failure must not look whole. */
async function flush(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function removeOthers(folder: string, kept: string): Promise<void> {
  const names = await readdir(folder);
  for (const name of names) {
    // SQLite keeps this file beside a library for as long as anybody has it open.
    const isOpen = names.includes(`${name}-shm`);
    if (!/^[0-9a-f]{16}\.sqlite$/.test(name) || name === kept || isOpen) continue;
    await rm(path.join(folder, name), { force: true });
    await rm(path.join(folder, `${name}.results`), { recursive: true, force: true });
  }
}
