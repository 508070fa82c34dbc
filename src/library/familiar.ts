import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/**
 * Reading a large library whole each time it is opened would be felt, so it is done once for each file: a mark in this
 * person's cache tells that a file was checked here before. Without a cache every opening checks.
 */
export function isFamiliar(libraryPath: string): boolean {
  const mark = markOf(libraryPath);
  return mark !== null && existsSync(mark);
}

/** Remembers that a library was checked, or made, on this machine. */
export function makeFamiliar(libraryPath: string): void {
  const mark = markOf(libraryPath);
  if (mark === null || existsSync(mark)) {
    return;
  }
  try {
    mkdirSync(path.dirname(mark), { recursive: true });
    writeFileSync(mark, '');
  } catch {
    // The next opening checks again.
  }
}

/** The file that stands for a library: named by where the library is and which file of the disk it is. */
function markOf(libraryPath: string): string | null {
  try {
    const { dev, ino, birthtimeMs } = statSync(libraryPath);
    const identity = `${realpathSync(libraryPath)}\n${dev}\n${ino}\n${birthtimeMs}`;
    return path.join(cacheFolder(), 'libraries', createHash('sha256').update(identity).digest('hex'));
  } catch {
    return null;
  }
}

/** The same place as set-up uses (main/setup/cache.js), which must run before this can be imported. */
function cacheFolder(): string {
  const { NOISEFLOOR_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (NOISEFLOOR_CACHE !== undefined && NOISEFLOOR_CACHE !== '') {
    return path.resolve(NOISEFLOOR_CACHE);
  }
  if (process.platform === 'darwin') {
    return path.join(homedir(), 'Library', 'Caches', 'noisefloor');
  }
  if (process.platform === 'win32') {
    return path.join(LOCALAPPDATA ?? path.join(homedir(), 'AppData', 'Local'), 'noisefloor', 'Cache');
  }
  const base = XDG_CACHE_HOME !== undefined && XDG_CACHE_HOME !== '' ? XDG_CACHE_HOME : null;
  return path.join(base ?? path.join(homedir(), '.cache'), 'noisefloor');
}
