/** Which TensorFlow this machine gets: for the GPU where there is one, else for the CPU. */

import { machineKind } from './checkout.js';
import { runTool } from './child.js';
import { SetupError } from './messages.js';
import { findProgram } from './search.js';

/** @typedef {'cpu' | 'gpu'} Flavour */

/**
 * @returns {Flavour | null} what $NOISEFLOOR_TENSORFLOW asks for, or null
 * @throws {SetupError} for anything else
 */
export function askedFlavour() {
  const asked = process.env['NOISEFLOOR_TENSORFLOW'];
  if (asked === undefined || asked === '') return null;
  if (asked === 'cpu' || asked === 'gpu') return asked;
  throw new SetupError(`NOISEFLOOR_TENSORFLOW is ${JSON.stringify(asked)}`, {
    where: 'the environment',
    fix: 'set it to cpu or gpu, or leave it unset to choose by what the machine has',
  });
}

/**
 * @param {Flavour} flavour
 * @returns {string} its key in the pinned list, such as `linux-x64-cpu`
 */
export function flavourKey(flavour) {
  return `${machineKind}-${flavour}`;
}

/**
 * @returns {Promise<string[]>} the NVIDIA GPUs that nvidia-smi finds, by name and driver; empty without it
 */
export async function findGpus() {
  const program = findProgram('nvidia-smi');
  if (program === null) return [];
  const query = await runTool(program, ['--query-gpu=name,driver_version', '--format=csv,noheader']);
  if (query.code !== 0) return [];
  return query.stdout
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
