/**
 * TensorFlow in the cache: library and binding, keyed by version and flavour, linked into this checkout.
 *
 *     <cache>/wheels/                         finished downloads, until they are unpacked
 *     <cache>/tensorflow/<version>-<flavour>/ the wheels' own layout, and installed.json
 *     <cache>/binding/<version>-<flavour>-.../ the compiled binding, and installed.json
 */

import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readArtefacts } from './artefacts.js';
import { bindingFault, bindingFolder, compileBinding, linkBinding, linkedBinding } from './binding.js';
import { cacheFolder, ensureFree, ensureWritable } from './cache.js';
import { machineKind } from './checkout.js';
import { requireCompiler } from './compiler.js';
import { askedFlavour, findGpus, flavourKey } from './flavour.js';
import { withLock } from './lock.js';
import { readableBytes, say, SetupError } from './messages.js';
import { ensureOwnInstaller, ownInstallerIsDone } from './ownInstaller.js';
import { requirePython } from './python.js';
import { compareFiles, filesOf, readStamp, verifyContent, writeStamp } from './stamp.js';
import { unpackWheels } from './unpack.js';
import { ensureWheel } from './wheel.js';

/** @typedef {import('./flavour.js').Flavour} Flavour */

const stampName = 'installed.json';

/**
 * @param {Flavour} flavour
 * @returns {string} where the library of this flavour lies, or would
 */
export function libraryFolder(flavour) {
  return join(cacheFolder(), 'tensorflow', `${readArtefacts().tensorflow.version}-${flavourKey(flavour)}`);
}

/**
 * @param {string} folder
 * @returns {{ fault: string | null, absent: boolean, touched: string[] }} what is wrong with the library there, looked at but not read
 */
export function inspectLibrary(folder) {
  const files = filesOf(readStamp(join(folder, stampName)));
  if (files === null) {
    const absent = !existsSync(folder);
    const fault = absent ? 'it is not there yet' : `${stampName} is missing or not readable`;
    return { fault, absent, touched: [] };
  }
  return { ...compareFiles(folder, files), absent: false };
}

/**
 * @returns {boolean} whether this kind of machine gets TensorFlow from a wheel
 */
export function hasWheels() {
  return Object.keys(readArtefacts().tensorflow.wheels).some((key) => key.startsWith(`${machineKind}-`));
}

/**
 * @returns {Flavour | null} the flavour this checkout is linked to, if it is whole and the one asked for
 */
export function currentFlavour() {
  const linked = linkedBinding();
  if (linked === null) return null;
  const asked = askedFlavour();
  for (const flavour of /** @type {const} */ (['cpu', 'gpu'])) {
    if (asked !== null && asked !== flavour) continue;
    const folder = libraryFolder(flavour);
    if (linked !== bindingFolder(cacheFolder(), basename(folder)) || bindingFault(linked) !== null) continue;
    const library = inspectLibrary(folder);
    if (library.fault === null && library.touched.length === 0) return flavour;
  }
  return null;
}

/**
 * Makes TensorFlow usable from this checkout; does nothing when it is.
 * @returns {Promise<void>}
 * @throws {SetupError}
 */
export async function ensureTensorFlow() {
  if (!hasWheels()) {
    if (!ownInstallerIsDone()) await ensureOwnInstaller((await findGpus()).length > 0 ? 'gpu' : 'cpu');
    return;
  }
  if (currentFlavour() !== null) return;
  const flavour = askedFlavour() ?? (await detectFlavour());
  const cache = cacheFolder();
  ensureWritable(cache);
  await withLock(join(cache, 'locks', 'tensorflow.lock'), async () => {
    if (currentFlavour() !== null) return;
    const folder = libraryFolder(flavour);
    const binding = bindingFolder(cache, basename(folder));
    const needsLibrary = !(await libraryIsSound(folder));
    const needsBinding = needsLibrary || bindingFault(binding) !== null;
    // Everything that can be missing is asked for before anything large is fetched.
    const compiler = needsBinding ? await requireCompiler() : null;
    if (needsLibrary) await installLibrary(flavour, folder, cache);
    if (compiler !== null) await compileBinding(binding, folder, compiler);
    linkBinding(binding);
  });
}

/** @returns {Promise<Flavour>} */
async function detectFlavour() {
  const forGpu = readArtefacts().tensorflow.wheels[flavourKey('gpu')] !== undefined;
  if (!forGpu) return 'cpu';
  const gpus = await findGpus();
  if (gpus.length > 0) say(`found ${gpus.join('; ')}: TensorFlow for the GPU`);
  return gpus.length > 0 ? 'gpu' : 'cpu';
}

/**
 * @param {string} folder
 * @returns {Promise<boolean>}
 */
async function libraryIsSound(folder) {
  const { fault, absent, touched } = inspectLibrary(folder);
  const files = filesOf(readStamp(join(folder, stampName))) ?? {};
  const found = fault ?? (await verifyContent(folder, files, touched));
  if (found !== null && !absent) say(`TensorFlow in the cache is damaged (${found}): installing it again`);
  return found === null;
}

/**
 * @param {Flavour} flavour
 * @param {string} folder
 * @param {string} cache
 */
async function installLibrary(flavour, folder, cache) {
  const { version, wheels: pinned } = readArtefacts().tensorflow;
  const wheels = pinned[flavourKey(flavour)];
  if (wheels === undefined) {
    throw new SetupError(
      `there is no TensorFlow ${version} for the ${flavour.toUpperCase()} on this kind of machine`,
      {
        where: machineKind,
        fix: 'set NOISEFLOOR_TENSORFLOW=cpu, or leave it unset; then run the same command again',
      },
    );
  }
  const python = await requirePython();
  const downloads = join(cache, 'wheels');
  const missing = wheels.filter((wheel) => !existsSync(join(downloads, wheel.file)));
  const toFetch = sum(missing.map((wheel) => wheel.bytes));
  const unpacked = sum(wheels.map((wheel) => wheel.unpackedBytes));
  // pip holds each download twice for a moment.
  ensureFree(cache, toFetch + Math.max(0, ...missing.map((wheel) => wheel.bytes)) + unpacked);
  const size = toFetch > 0 ? `, ${readableBytes(toFetch)} to fetch` : '';
  say(
    `TensorFlow ${version} for the ${flavour.toUpperCase()}${size}, ${readableBytes(unpacked)} in ${folder}`,
  );
  /** @type {string[]} */
  const paths = [];
  for (const wheel of wheels) paths.push(await ensureWheel(wheel, downloads, python.command));
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  try {
    const files = await unpackWheels(paths, partial);
    writeStamp(join(partial, stampName), { version, wheels: wheels.map((wheel) => wheel.sha256), files });
    rmSync(folder, { recursive: true, force: true });
    renameSync(partial, folder);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw error;
  }
  for (const path of paths) rmSync(path, { force: true });
}

/** @param {readonly number[]} numbers */
function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}
