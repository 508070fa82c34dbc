/** The right Node: the running one where it is new enough, else one from the cache, fetched through npm. */

import { spawn } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { readArtefacts } from './artefacts.js';
import { cacheFolder, ensureWritable } from './cache.js';
import { machineKind } from './checkout.js';
import { runTool } from './child.js';
import { withLock } from './lock.js';
import { lastLines, say, SetupError } from './messages.js';
import { npmCleanInstall } from './npm.js';
import { withProgress } from './progress.js';
import { readStamp, writeStamp } from './stamp.js';
import { terminalSendsToGroup } from './terminal.js';

/** @typedef {import('./artefacts.js').NodePackage} NodePackage */

/**
 * @returns {boolean} whether the running Node is new enough
 */
export function nodeIsRight() {
  return Number(process.versions.node.split('.')[0]) >= readArtefacts().node.minimumMajor;
}

/**
 * The Node to use in place of one that is too old: from the cache, fetched when it is not there.
 * @returns {Promise<string>} path of the binary
 * @throws {SetupError}
 */
export async function ensureNode() {
  const { minimumMajor, packages } = readArtefacts().node;
  const wanted = packages[machineKind];
  const running = `${process.versions.node} (${process.execPath})`;
  if (wanted === undefined) {
    throw new SetupError(`this Node is too old: ${running}`, {
      where: machineKind,
      fix: `install Node ${minimumMajor.toString()} or newer from nodejs.org; then run the same command again`,
    });
  }
  const folder = join(cacheFolder(), 'node', `${wanted.version}-${machineKind}`);
  if (isInstalled(folder, wanted)) return binaryIn(folder, wanted);
  ensureWritable(cacheFolder());
  await withLock(join(cacheFolder(), 'locks', 'node.lock'), async () => {
    if (isInstalled(folder, wanted)) return;
    say(
      `Node ${running} is older than ${minimumMajor.toString()}: fetching ${wanted.version} into ${folder}`,
    );
    await withProgress(`Node ${wanted.version}`, null, () => install(folder, wanted));
  });
  return binaryIn(folder, wanted);
}

/**
 * Runs this same program again with another Node and ends as it ends: same exit code, or same signal.
 * @param {string} node
 * @returns {Promise<never>}
 */
export function continueWith(node) {
  const path = `${dirname(node)}${delimiter}${process.env['PATH'] ?? ''}`;
  // Early 24.x warns about the type stripping that the studio runs on.
  const args = ['--disable-warning=ExperimentalWarning', ...process.argv.slice(1)];
  const child = spawn(node, args, { stdio: 'inherit', env: { ...process.env, PATH: path } });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !terminalSendsToGroup()) child.kill(signal);
    });
  }
  return new Promise((_resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      if (signal === null) process.exit(code ?? 1);
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
      // Where the signal does not end this process, its number says the same.
      setTimeout(() => process.exit(128 + constants.signals[signal]), 100);
    });
  });
}

/**
 * @param {string} folder
 * @param {NodePackage} wanted
 */
function isInstalled(folder, wanted) {
  const stamp = readStamp(join(folder, 'installed.json'));
  return JSON.stringify(stamp) === JSON.stringify(wanted);
}

/**
 * @param {string} folder
 * @param {NodePackage} wanted
 */
function binaryIn(folder, wanted) {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  return join(folder, 'node_modules', wanted.package, 'bin', name);
}

/**
 * npm checks the download against the integrity in a lock file made from the pinned list.
 * @param {string} folder
 * @param {NodePackage} wanted
 */
async function install(folder, wanted) {
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const project = {
    name: 'noisefloor-node',
    version: '0.0.0',
    dependencies: { [wanted.package]: wanted.version },
  };
  const lock = {
    name: project.name,
    version: project.version,
    lockfileVersion: 3,
    packages: {
      '': project,
      [`node_modules/${wanted.package}`]: { version: wanted.version, integrity: wanted.integrity },
    },
  };
  writeFileSync(join(partial, 'package.json'), JSON.stringify(project));
  writeFileSync(join(partial, 'package-lock.json'), JSON.stringify(lock));
  await npmCleanInstall(partial);
  const trial = await runTool(binaryIn(partial, wanted), ['--version']);
  if (trial.stdout.trim() !== `v${wanted.version}`) {
    throw new SetupError(`the fetched Node ${wanted.version} does not run on this machine`, {
      where: binaryIn(partial, wanted),
      detail: lastLines(trial.stderr),
      fix: 'install Node 24 or newer by other means (nodejs.org, your package manager) and put it first on PATH; then run the same command again',
    });
  }
  writeStamp(join(partial, 'installed.json'), wanted);
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
}
