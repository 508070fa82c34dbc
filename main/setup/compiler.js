/** Finds the C++ compiler that builds the binding between Node and TensorFlow. */

import { runTool } from './child.js';
import { SetupError } from './messages.js';
import { installHint } from './python.js';

/** @typedef {{ command: string, version: string }} Compiler */

/**
 * @returns {Promise<Compiler | null>} the first that runs: $CXX alone if set, else g++, clang++, c++
 */
export async function findCompiler() {
  const own = process.env['CXX'];
  const candidates = own !== undefined && own !== '' ? [own] : ['g++', 'clang++', 'c++'];
  for (const command of candidates) {
    const found = await runTool(command, ['--version']);
    if (found.code === 0) return { command, version: found.stdout.split('\n')[0] ?? '' };
  }
  return null;
}

/**
 * @returns {Promise<Compiler>}
 * @throws {SetupError} when there is none
 */
export async function requireCompiler() {
  const compiler = await findCompiler();
  if (compiler !== null) return compiler;
  const own = process.env['CXX'];
  const hint =
    process.platform === 'darwin' ? 'install it (`xcode-select --install`)' : installHint('g++', 'gcc');
  throw new SetupError('no C++ compiler was found, and one is needed to connect Node with TensorFlow', {
    where: own !== undefined && own !== '' ? `CXX=${own}` : 'the folders named by PATH (g++, clang++, c++)',
    fix: `${hint}, or set CXX to its path; then run the same command again`,
  });
}
