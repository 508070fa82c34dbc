/** The pinned list of what set-up fetches: versions, sizes and checksums, in artefacts.json beside this file. */

import { readFileSync } from 'node:fs';

/**
 * @typedef {object} Wheel
 * @property {string} file file name: name-version-python-abi-platforms.whl
 * @property {string} sha256
 * @property {number} bytes
 * @property {number} unpackedBytes of the files that set-up keeps
 */
/** @typedef {{ package: string, version: string, integrity: string }} NodePackage an npm package that carries a Node binary */
/**
 * @typedef {object} Artefacts
 * @property {{ minimumMajor: number, packages: Record<string, NodePackage> }} node by `<platform>-<architecture>`
 * @property {{ version: string, wheels: Record<string, Wheel[]> }} tensorflow wheels by `<platform>-<architecture>-<cpu|gpu>`
 */

/**
 * @returns {Artefacts}
 */
export function readArtefacts() {
  const text = readFileSync(new URL('artefacts.json', import.meta.url), 'utf8');
  return /** @type {Artefacts} */ (JSON.parse(text));
}
