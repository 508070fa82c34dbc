/** A lock file: two set-ups at once take turns, and one that died does not block the next. */

import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { onInterruption } from './interruption.js';
import { say } from './messages.js';

const heartbeat = 5_000;
const silentForTooLong = 60_000;

/** @typedef {{ pid: number, started: string, host: string }} Holder */

/**
 * Runs `work` while holding the lock; waits for as long as another living set-up holds it.
 * @template T
 * @param {string} path of the lock file
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(path, work) {
  mkdirSync(dirname(path), { recursive: true });
  let told = false;
  while (!acquire(path)) {
    if (isStale(path)) {
      takeAway(path);
      continue;
    }
    if (!told) say(`waiting for another set-up that is under way (process ${holderName(path)}, ${path})`);
    told = true;
    await pause(300);
  }
  const release = () => {
    rmSync(path, { force: true });
  };
  const forget = onInterruption(release);
  const beat = setInterval(() => {
    touch(path);
  }, heartbeat);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    release();
    forget();
  }
}

/** @param {string} path */
function touch(path) {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // Without the lock file there is nothing to keep fresh; whoever cleared the cache has the say.
  }
}

/**
 * @param {string} path
 * @returns {boolean} whether the lock is now ours
 */
function acquire(path) {
  const holder = { pid: process.pid, started: startOf(process.pid), host: hostname() };
  try {
    writeFileSync(path, JSON.stringify(holder), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * A lock is stale when its process is gone; on another machine, or half-written, when nobody touched it for a minute.
 * @param {string} path
 * @returns {boolean}
 */
function isStale(path) {
  const holder = readHolder(path);
  if (holder !== null && holder.host === hostname()) {
    return startOf(holder.pid) !== holder.started || !isAlive(holder.pid);
  }
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && Date.now() - found.mtimeMs > silentForTooLong;
}

/**
 * Removes a stale lock. It is renamed first and looked at again, so that a lock which another
 * waiting set-up has renewed in between is put back rather than lost.
 * @param {string} path
 * @returns {void}
 */
function takeAway(path) {
  const aside = `${path}.stale-${process.pid.toString()}`;
  try {
    renameSync(path, aside);
    if (isStale(aside)) rmSync(aside, { force: true });
    else renameSync(aside, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}

/**
 * @param {string} path
 * @returns {Holder | null}
 */
function readHolder(path) {
  try {
    return /** @type {Holder} */ (JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}

/** @param {string} path */
function holderName(path) {
  return readHolder(path)?.pid.toString() ?? 'unknown';
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * When a process started, in the kernel's words: a number used again by another process has another start.
 * @param {number} pid
 * @returns {string} empty where the system does not tell
 */
function startOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid.toString()}/stat`, 'utf8');
    const facts = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return facts[0] === 'Z' ? 'ended' : (facts[19] ?? '');
  } catch {
    return '';
  }
}
