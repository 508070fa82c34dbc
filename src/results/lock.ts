import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { NoisefloorError } from '../study/errors.ts';
import { systemErrorCode, writeError } from './durableFile.ts';
import { lockPath } from './folder.ts';
import {
  mayBeAlive,
  parseProcessIdentity,
  processIdentity,
  type ProcessIdentity,
} from './processIdentity.ts';

/** Held by the one process that may write a result folder. */
export interface FolderLock {
  release(): void;
}

/**
 * Takes the lock of a result folder; one that a dead process left behind is taken over.
 * @throws NoisefloorError `result-folder-in-use` when another process holds it.
 */
export function lockFolder(folder: string): FolderLock {
  const file = lockPath(folder);
  const mine = JSON.stringify(processIdentity());
  for (let attempt = 0; attempt < 10; attempt += 1) {
    try {
      writeFileSync(file, mine, { flag: 'wx' });
      return { release: () => release(file, mine) };
    } catch (error) {
      if (systemErrorCode(error) !== 'EEXIST') {
        throw writeError(file, error);
      }
    }
    const held = readLock(file);
    if (held === null) {
      continue;
    }
    const owner = parseProcessIdentity(held);
    if (owner !== null && mayBeAlive(owner)) {
      throw inUse(folder, file, owner);
    }
    removeStale(file, held);
  }
  throw inUse(folder, file, null);
}

/** The living process that holds the lock of a result folder; null where none does. */
export function folderOwner(folder: string): ProcessIdentity | null {
  const held = readLock(lockPath(folder));
  const owner = held === null ? null : parseProcessIdentity(held);
  return owner !== null && mayBeAlive(owner) ? owner : null;
}

/**
 * Moves a stale lock away. Another process may have taken the folder over since `stale` was read: then its lock was
 * moved, and is put back.
 */
function removeStale(file: string, stale: string): void {
  const aside = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') {
      return;
    }
    throw writeError(file, error);
  }
  try {
    if (readLock(aside) !== stale) {
      linkSync(aside, file);
    }
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') {
      throw error;
    }
  } finally {
    rmSync(aside, { force: true });
  }
}

function release(file: string, mine: string): void {
  if (readLock(file) === mine) {
    rmSync(file, { force: true });
  }
}

function readLock(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') {
      return null;
    }
    throw error;
  }
}

function inUse(folder: string, file: string, owner: ProcessIdentity | null): NoisefloorError {
  const who = owner === null ? 'another process' : `process ${owner.pid} on ${owner.host}`;
  return new NoisefloorError(
    'result-folder-in-use',
    `${folder} is being written by ${who}. Wait until it ends; if that machine is gone for good, delete ${file}.`,
    { details: { folder, pid: owner?.pid ?? null, host: owner?.host ?? null } },
  );
}
