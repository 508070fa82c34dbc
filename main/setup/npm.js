/** Finds npm, runs it, and says in plain words why it failed. */

import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { runTool } from './child.js';
import { diskFull, lastLines, SetupError } from './messages.js';
import { findProgram } from './search.js';

/**
 * @returns {string[]} the command and its first arguments
 * @throws {SetupError} when there is none
 */
export function findNpm() {
  const running = process.env['npm_execpath'];
  if (running !== undefined && basename(running) === 'npm-cli.js' && existsSync(running)) {
    return [process.execPath, running];
  }
  const found = findProgram('npm');
  if (found === null) {
    throw new SetupError('npm was not found', {
      where: 'the folders named by PATH',
      fix: 'install Node.js together with npm (nodejs.org, or your package manager: often a package named npm); then run the same command again',
    });
  }
  if (basename(found) === 'npm-cli.js') return [process.execPath, found];
  const beside = join(dirname(found), 'node_modules', 'npm', 'bin', 'npm-cli.js');
  return existsSync(beside) ? [process.execPath, beside] : [found];
}

/**
 * Installs exactly what a package-lock.json says, without running anybody's install scripts.
 * @param {string} folder holds package.json and package-lock.json
 * @returns {Promise<void>}
 * @throws {SetupError}
 */
export async function npmCleanInstall(folder) {
  const [command = '', ...first] = findNpm();
  const args = ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund'];
  const result = await runTool(command, [...first, ...args, '--loglevel=error'], { cwd: folder });
  if (result.code !== 0) throw explainNpm(result.stderr + result.stdout, folder);
}

/**
 * @param {string} output
 * @param {string} where
 * @returns {SetupError}
 */
function explainNpm(output, where) {
  const detail = lastLines(withoutLogHint(output));
  if (/ENOSPC|no space left/i.test(output)) return diskFull(where);
  if (/EINTEGRITY/.test(output)) {
    return new SetupError('npm received a package that differs from the one pinned here', {
      where,
      detail,
      fix: 'a proxy or mirror may have altered it: run `npm cache clean --force` and the same command again, on another network if it stays',
    });
  }
  if (
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET/.test(output)
  ) {
    return new SetupError('npm could not reach the package registry', {
      where,
      detail,
      fix: 'connect to the network, or set a proxy or mirror for npm (`npm config set registry ...`); then run the same command again',
    });
  }
  if (/EACCES|EPERM|EROFS/.test(output)) {
    return new SetupError('npm may not write', {
      where,
      detail,
      fix: 'make the folder writable for you; then run the same command again',
    });
  }
  return new SetupError('npm could not install the packages', {
    where,
    detail,
    fix: 'see what npm said; when that is mended, run the same command again',
  });
}

/** @param {string} output */
function withoutLogHint(output) {
  return output
    .split('\n')
    .filter((line) => !line.includes('complete log of this run') && !line.includes('npm warn'))
    .join('\n');
}

/**
 * @param {string} folder
 * @returns {string | null} the version of a package, or null when it is not there
 */
export function packageVersion(folder) {
  try {
    const facts = /** @type {{ version: string }} */ (
      JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    );
    return facts.version;
  } catch {
    return null;
  }
}
