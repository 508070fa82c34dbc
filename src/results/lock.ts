import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';
import { NoisefloorError } from '../study/errors.ts';
import { systemErrorCode, writeError } from './durableFile.ts';
import { lockPath } from './folder.ts';

const ownerSchema = z.strictObject({
  pid: z.int().min(1),
  host: z.string(),
  /** When the process started, in ticks since the machine did; null where it cannot be told. */
  processStart: z.string().nullable(),
  /** Which run of the machine that was. */
  boot: z.string().nullable(),
});
type Owner = z.infer<typeof ownerSchema>;

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
  const mine = JSON.stringify(describeProcess(process.pid));
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
    const owner = parseOwner(held);
    if (owner !== null && mayBeAlive(owner)) {
      throw inUse(folder, file, owner);
    }
    removeStale(file, held);
  }
  throw inUse(folder, file, null);
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

/** @returns null for a lock whose writer died before it was whole. */
function parseOwner(text: string): Owner | null {
  try {
    return ownerSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function describeProcess(pid: number): Owner {
  return { pid, host: hostname(), processStart: processStart(pid), boot: bootIdentity() };
}

/** A process on another machine cannot be looked at, so it is taken to be alive. */
function mayBeAlive(owner: Owner): boolean {
  if (owner.host !== hostname()) {
    return true;
  }
  const boot = bootIdentity();
  if (owner.boot !== null && boot !== null && owner.boot !== boot) {
    return false;
  }
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if (systemErrorCode(error) === 'ESRCH') {
      return false;
    }
  }
  const started = processStart(owner.pid);
  // A process id is used again once its process is gone; the time it started tells them apart.
  return started === null || owner.processStart === null || started === owner.processStart;
}

/** Field 22 of /proc/<pid>/stat (proc_pid_stat(5)); the name before it may itself contain spaces and brackets. */
function processStart(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

function bootIdentity(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return null;
  }
}

function inUse(folder: string, file: string, owner: Owner | null): NoisefloorError {
  const who = owner === null ? 'another process' : `process ${owner.pid} on ${owner.host}`;
  return new NoisefloorError(
    'result-folder-in-use',
    `${folder} is being written by ${who}. Wait until it ends; if that machine is gone for good, delete ${file}.`,
    { details: { folder, pid: owner?.pid ?? null, host: owner?.host ?? null } },
  );
}
