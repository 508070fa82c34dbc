/** Finds the Python whose pip fetches TensorFlow's wheels. Nothing of it is used otherwise. */

import { runTool } from './child.js';
import { lastLines, SetupError } from './messages.js';

/** @typedef {{ command: string, version: string, pip: string | null, pipFault: string }} Python */

/**
 * @returns {Promise<Python | null>} the first that runs: $PYTHON, python3, python; null when none does
 */
export async function findPython() {
  const own = process.env['PYTHON'];
  const candidates = own !== undefined && own !== '' ? [own] : ['python3', 'python'];
  for (const command of candidates) {
    const found = await runTool(command, ['--version']);
    const version = /^Python (3\S+)/.exec(found.stdout + found.stderr)?.[1];
    if (found.code !== 0 || version === undefined) continue;
    const pip = await runTool(command, ['-m', 'pip', '--version']);
    const pipVersion = pip.code === 0 ? (/^pip (\S+)/.exec(pip.stdout)?.[1] ?? null) : null;
    return { command, version, pip: pipVersion, pipFault: lastLines(pip.stderr, 2) };
  }
  return null;
}

/**
 * @returns {Promise<Python & { pip: string }>}
 * @throws {SetupError} when Python or pip is missing
 */
export async function requirePython() {
  const python = await findPython();
  if (python === null) {
    throw new SetupError('Python 3 was not found, and its pip is needed to fetch TensorFlow', {
      where: process.env['PYTHON'] ?? 'the folders named by PATH (python3, python)',
      fix: `${installHint('python3 python3-pip', 'python')}, or set PYTHON to its path; then run the same command again`,
    });
  }
  if (python.pip === null) {
    throw new SetupError('Python is there, but its pip is not, and pip is needed to fetch TensorFlow', {
      where: `${python.command} (Python ${python.version})`,
      detail: python.pipFault,
      fix: `${installHint('python3-pip', 'python')}, or run \`${python.command} -m ensurepip --user\`; then run the same command again`,
    });
  }
  return { ...python, pip: python.pip };
}

/**
 * @param {string} debian names of Debian packages
 * @param {string} brew name of a Homebrew formula
 * @returns {string} how to install it here
 */
export function installHint(debian, brew) {
  if (process.platform === 'darwin') return `install it (\`brew install ${brew}\`)`;
  return `install it (Debian, Ubuntu: \`sudo apt install ${debian}\`; elsewhere the packages of the same meaning)`;
}
