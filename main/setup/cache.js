/** The per-user cache: what several checkouts share, and what `npm ci` must not lose. */

import { accessSync, constants, existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { diskFull, readableBytes, SetupError } from './messages.js';

/**
 * Where the cache lies: $NOISEFLOOR_CACHE, else the platform's place for what can be fetched again.
 * @param {NodeJS.ProcessEnv} [environment]
 * @param {NodeJS.Platform} [platform]
 * @param {string} [home]
 * @returns {string} an absolute path, not necessarily there yet
 */
export function cacheFolder(environment = process.env, platform = process.platform, home = homedir()) {
  const set = environment['NOISEFLOOR_CACHE'];
  if (set !== undefined && set !== '') return resolve(set);
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'noisefloor');
  if (platform === 'win32') {
    return join(environment['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'noisefloor', 'Cache');
  }
  const base = environment['XDG_CACHE_HOME'];
  return join(base !== undefined && base !== '' ? base : join(home, '.cache'), 'noisefloor');
}

/**
 * Makes a folder of the cache and tries to write there.
 * @param {string} folder
 * @returns {void}
 * @throws {SetupError} when it cannot be made or written
 */
export function ensureWritable(folder) {
  const probe = join(folder, `.write-${process.pid.toString()}`);
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC') throw diskFull(folder, cause);
    throw new SetupError('the cache folder cannot be written', {
      where: folder,
      fix: 'make it writable for you, or set NOISEFLOOR_CACHE to a folder that is; then run the same command again',
      detail: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}

/**
 * @param {string} folder need not exist yet
 * @returns {number} bytes that this user may still write there
 */
export function freeBytes(folder) {
  let existing = resolve(folder);
  while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing);
  const facts = statfsSync(existing);
  return facts.bavail * facts.bsize;
}

/**
 * @param {string} folder
 * @param {number} needed bytes
 * @returns {void}
 * @throws {SetupError} when less is free
 */
export function ensureFree(folder, needed) {
  const free = freeBytes(folder);
  if (free >= needed) return;
  throw new SetupError(
    `too little disk space: ${readableBytes(needed)} are needed, ${readableBytes(free)} are free`,
    {
      where: folder,
      fix: 'free some space there, or set NOISEFLOOR_CACHE to a folder on another disk; then run the same command again',
    },
  );
}
