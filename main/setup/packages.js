/** The npm packages: installed from the lock file when node_modules is not what it says. */

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, ensureWritable } from './cache.js';
import { root } from './checkout.js';
import { withLock } from './lock.js';
import { npmCleanInstall } from './npm.js';
import { withProgress } from './progress.js';
import { readStamp, writeStamp } from './stamp.js';

/** @typedef {{ version?: string, integrity?: string, optional?: boolean, devOptional?: boolean, peer?: boolean, link?: boolean }} LockedPackage */

const modules = join(root, 'node_modules');
const stampPath = join(modules, '.noisefloor.json');
const lockPath = join(root, 'package-lock.json');

/**
 * @returns {boolean} whether node_modules is what package-lock.json says
 */
export function packagesAreCurrent() {
  const stamp = readStamp(stampPath);
  return JSON.stringify(stamp) === JSON.stringify(currentStamp());
}

/**
 * Installs the packages unless they are current.
 * @returns {Promise<void>}
 * @throws {import('./messages.js').SetupError}
 */
export async function ensurePackages() {
  if (packagesAreCurrent()) return;
  if (installedByHand()) {
    writeStamp(stampPath, currentStamp());
    return;
  }
  const cache = cacheFolder();
  ensureWritable(cache);
  const name = createHash('sha256').update(root).digest('hex').slice(0, 16);
  await withLock(join(cache, 'locks', `packages-${name}.lock`), async () => {
    if (packagesAreCurrent()) return;
    rmSync(stampPath, { force: true });
    await withProgress('npm packages', null, () => npmCleanInstall(root));
    mkdirSync(modules, { recursive: true });
    writeStamp(stampPath, currentStamp());
  });
}

/** What a current node_modules is stamped with. */
function currentStamp() {
  const lock = createHash('sha256').update(readFileSync(lockPath)).digest('hex');
  return { lock, node: process.versions.node.split('.')[0] };
}

/**
 * Whether `npm install` has already brought node_modules to the state of the lock file: npm writes
 * its own account of what is installed, last of all, so an interrupted installation never matches.
 * @returns {boolean}
 */
function installedByHand() {
  const wanted = lockedPackages(lockPath);
  const found = lockedPackages(join(modules, '.package-lock.json'));
  if (wanted === null || found === null) return false;
  for (const [place, locked] of Object.entries(wanted)) {
    if (place === '') continue;
    const there = found[place];
    if (there === undefined) {
      if (locked.optional === true || locked.devOptional === true || locked.peer === true) continue;
      return false;
    }
    if (there.version !== locked.version || there.integrity !== locked.integrity) return false;
    if (!existsSync(join(root, place, 'package.json'))) return false;
  }
  return Object.keys(found).every((place) => place in wanted);
}

/**
 * @param {string} path
 * @returns {Record<string, LockedPackage> | null} by place, such as `node_modules/zod`
 */
function lockedPackages(path) {
  const lock = readStamp(path);
  if (typeof lock !== 'object' || lock === null || !('packages' in lock)) return null;
  return /** @type {Record<string, LockedPackage>} */ (lock.packages);
}
