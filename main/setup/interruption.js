/** Ends set-up cleanly on Ctrl-C: tools are ended, locks given back, and what is finished stays. */

import { constants } from 'node:os';
import { endTools } from './child.js';

/** @type {Set<() => void>} */
const cleanups = new Set();
const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

const setUpFarewell = 'set-up interrupted: what is finished is kept; run the same command again to go on';

/**
 * Registers what must be undone when set-up is interrupted.
 * @param {() => void} cleanup synchronous, must not throw
 * @returns {() => void} takes the registration back
 */
export function onInterruption(cleanup) {
  cleanups.add(cleanup);
  return () => cleanups.delete(cleanup);
}

/**
 * Runs `work`; a signal meanwhile ends the tools it runs, and the process with 128 + the signal's number.
 * @template T
 * @param {() => Promise<T>} work
 * @param {string} [farewell] what to say then
 * @returns {Promise<T>}
 */
export async function interruptible(work, farewell = setUpFarewell) {
  const handler = (/** @type {NodeJS.Signals} */ signal) => {
    endTools();
    for (const cleanup of cleanups) cleanup();
    process.stderr.write(`\n${farewell} (${signal})\n`);
    process.exit(128 + constants.signals[signal]);
  };
  for (const signal of signals) process.on(signal, handler);
  try {
    return await work();
  } finally {
    for (const signal of signals) process.off(signal, handler);
  }
}
