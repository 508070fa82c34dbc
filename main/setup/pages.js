/** The studio's pages: built when a command shows them and they are older than what they are made of. */

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runTool } from './child.js';
import { root } from './checkout.js';
import { SetupError } from './messages.js';
import { withProgress } from './progress.js';

const built = [join(root, 'dist', 'renderer', 'index.html'), join(root, 'dist', 'report', 'report.js')];
/** How both are built: the studio's pages, and those of its reports. */
const configurations = ['vite.config.ts', 'vite.report.config.ts'];
/** What the pages are made of: themselves, the rooms they may import, and what builds them. */
const sources = ['renderer', 'src', ...configurations, 'package-lock.json'].map((name) => join(root, name));

/**
 * Builds the pages unless they are newer than everything they are made of.
 * @returns {Promise<void>}
 * @throws {SetupError} with what the builder said
 */
export async function ensurePages() {
  if (pagesAreCurrent()) return;
  await withProgress('building the pages of the studio', null, async () => {
    for (const configuration of configurations) await build(configuration);
  });
}

/**
 * @param {string} configuration
 * @returns {Promise<void>}
 * @throws {SetupError} with what the builder said
 */
async function build(configuration) {
  const result = await runTool(
    process.execPath,
    [
      ...[join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build'],
      ...['--config', configuration, '--logLevel', 'error'],
    ],
    { cwd: root },
  );
  if (result.code !== 0) {
    throw new SetupError('the pages of the studio could not be built', {
      where: (result.stdout + result.stderr).trim(),
      fix: 'undo what was changed under renderer/ or src/, then try again',
    });
  }
}

/** @returns {boolean} */
function pagesAreCurrent() {
  const times = built.map(timeOf);
  return times.every((time) => time !== null && sources.every((source) => newestOf(source) <= time));
}

/**
 * @param {string} path a file, or a folder that is gone through
 * @returns {number} when the newest file was written, in milliseconds
 */
function newestOf(path) {
  const status = statSync(path);
  if (!status.isDirectory()) return status.mtimeMs;
  const files = readdirSync(path, { withFileTypes: true });
  return Math.max(0, ...files.map((entry) => newestOf(join(path, entry.name))));
}

/**
 * @param {string} path
 * @returns {number | null} when it was written, or null where it is not
 */
function timeOf(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null;
}
