/**
 * The checks beside the tests: each one tool, with its cache under node_modules so that a second run is quick. The one that
 * takes longest comes first: the others run beside it.
 */

import { join } from 'node:path';
import { root } from './checkout.js';
import { runTool } from './child.js';

const cache = 'node_modules/.cache';

/** @type {readonly { name: string, runs: readonly (readonly string[])[] }[]} the tool's script under node_modules, and its arguments */
export const checks = [
  {
    name: 'lint',
    runs: [
      [
        ...['eslint/bin/eslint.js', '.', '--max-warnings=0'],
        ...['--cache', '--cache-strategy=content', '--cache-location', `${cache}/eslint`],
      ],
    ],
  },
  {
    name: 'format',
    runs: [['prettier/bin/prettier.cjs', '--check', '.', '--cache', '--cache-strategy=content']],
  },
  {
    name: 'types',
    runs: [
      ['typescript/bin/tsc', 'tsconfig.portable.json'],
      ['typescript/bin/tsc', 'tsconfig.json'],
      ['vue-tsc/bin/vue-tsc.js', 'renderer/tsconfig.json'],
      ['vue-tsc/bin/vue-tsc.js', 'test/renderer/tsconfig.json'],
    ].map(([compiler = '', project = '']) => [
      ...[compiler, '-p', project],
      ...['--incremental', '--tsBuildInfoFile', `${cache}/${project.replaceAll('/', '-')}.tsbuildinfo`],
    ]),
  },
  {
    name: 'imports',
    runs: [
      [
        ...['dependency-cruiser/bin/dependency-cruiser.mjs', '--config', '.dependency-cruiser.cjs'],
        ...['src', 'main', 'renderer', 'test'],
      ],
    ],
  },
  {
    name: 'dead code',
    runs: [['knip/bin/knip.js', '--no-progress', '--no-config-hints']],
  },
];

/** Puts every file into the house style. */
export const formatter = ['prettier/bin/prettier.cjs', '--write', '.', '--log-level=warn'];

/**
 * Runs a tool from node_modules in the checkout's root.
 * @param {readonly string[]} run script under node_modules, and arguments
 * @returns {Promise<{ passed: boolean, output: string }>}
 */
export async function runCheck(run) {
  const [script = '', ...args] = run;
  const result = await runTool(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: root,
  });
  return { passed: result.code === 0, output: (result.stdout + result.stderr).trim() };
}
