/** What set-up looks after, part by part: for `noisefloor doctor`. Looks only, changes nothing. */

import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readArtefacts } from './artefacts.js';
import { bindingFault, bindingFolder, isLinkedTo } from './binding.js';
import { cacheFolder, freeBytes } from './cache.js';
import { machineKind, root } from './checkout.js';
import { findCompiler } from './compiler.js';
import { askedFlavour, findGpus, flavourKey } from './flavour.js';
import { readableBytes } from './messages.js';
import { nodeIsRight } from './nodeRuntime.js';
import { ownInstallerIsDone } from './ownInstaller.js';
import { packagesAreCurrent } from './packages.js';
import { findPython, installHint } from './python.js';
import { currentFlavour, hasWheels, inspectLibrary, libraryFolder } from './tensorflow.js';

/**
 * @typedef {object} Part
 * @property {string} name
 * @property {'ok' | 'missing' | 'damaged' | 'unneeded'} status
 * @property {string | null} version
 * @property {string | null} where
 * @property {string | null} fix what to do, or null when there is nothing to do
 */

const trainingInstalls = 'any command that trains installs it, such as `npm run quickstart`';

/**
 * Looks at every part that set-up installs or needs.
 * @returns {Promise<Part[]>}
 */
export async function inspectParts() {
  const gpus = await findGpus();
  const tensorflow = hasWheels() ? inspectWheelParts(gpus) : [ownInstallerPart()];
  const ready = tensorflow.every((part) => part.status === 'ok');
  return [
    nodePart(),
    packagesPart(),
    ...(await pythonParts(ready || !hasWheels())),
    await compilerPart(ready || !hasWheels()),
    ...tensorflow,
    gpuPart(gpus),
    await cachePart(),
  ];
}

/** @returns {Part} */
function nodePart() {
  const { minimumMajor } = readArtefacts().node;
  const right = nodeIsRight();
  return {
    name: 'Node',
    status: right ? 'ok' : 'damaged',
    version: process.versions.node,
    where: process.execPath,
    fix: right ? null : `start through \`npm run noisefloor\`, which fetches Node ${minimumMajor.toString()}`,
  };
}

/** @returns {Part} */
function packagesPart() {
  const where = join(root, 'node_modules');
  const current = packagesAreCurrent();
  return {
    name: 'npm packages',
    status: current ? 'ok' : existsSync(where) ? 'damaged' : 'missing',
    version: null,
    where,
    fix: current ? null : 'any `npm run` command of this checkout installs them',
  };
}

/**
 * @param {boolean} unneeded whether TensorFlow is there without it
 * @returns {Promise<Part[]>}
 */
async function pythonParts(unneeded) {
  const python = await findPython();
  const absent = unneeded ? 'unneeded' : 'missing';
  const pip = python?.pip ?? null;
  return [
    {
      name: 'Python',
      status: python === null ? absent : 'ok',
      version: python?.version ?? null,
      where: python?.command ?? null,
      fix: python === null && !unneeded ? installHint('python3 python3-pip', 'python') : null,
    },
    {
      name: 'pip',
      status: pip === null ? absent : 'ok',
      version: pip,
      where: pip === null ? null : `${python?.command ?? ''} -m pip`,
      fix: pip === null && !unneeded ? installHint('python3-pip', 'python') : null,
    },
  ];
}

/**
 * @param {boolean} unneeded
 * @returns {Promise<Part>}
 */
async function compilerPart(unneeded) {
  const compiler = await findCompiler();
  return {
    name: 'C++ compiler',
    status: compiler !== null ? 'ok' : unneeded ? 'unneeded' : 'missing',
    version: compiler?.version ?? null,
    where: compiler?.command ?? null,
    fix: compiler !== null || unneeded ? null : installHint('g++', 'gcc'),
  };
}

/**
 * @param {readonly string[]} gpus
 * @returns {Part[]} the library and the binding
 */
function inspectWheelParts(gpus) {
  const { version, wheels } = readArtefacts().tensorflow;
  const forGpu = wheels[flavourKey('gpu')] !== undefined;
  const wanted = askedFlavour() ?? (forGpu && gpus.length > 0 ? 'gpu' : 'cpu');
  const flavour = currentFlavour() ?? wanted;
  const folder = libraryFolder(flavour);
  const { fault, absent, touched } = inspectLibrary(folder);
  const doubt = fault ?? (touched.length > 0 ? `${touched[0] ?? ''} was changed` : null);
  const otherFlavour = flavour === wanted ? null : `set NOISEFLOOR_TENSORFLOW=${wanted} to use the GPU`;
  return [
    {
      name: 'TensorFlow',
      status: doubt === null ? 'ok' : absent ? 'missing' : 'damaged',
      version: `${version} (${flavour.toUpperCase()})`,
      where: folder,
      fix: doubt === null ? otherFlavour : absent ? trainingInstalls : `${doubt}; ${trainingInstalls}`,
    },
    bindingPart(folder),
  ];
}

/**
 * @param {string} library
 * @returns {Part}
 */
function bindingPart(library) {
  const name = 'TensorFlow binding';
  if (!packagesAreCurrent())
    return { name, status: 'missing', version: null, where: null, fix: trainingInstalls };
  const folder = bindingFolder(cacheFolder(), basename(library));
  const fault = bindingFault(folder) ?? (isLinkedTo(folder) ? null : 'this checkout is not linked to it');
  const status = fault === null ? 'ok' : existsSync(folder) ? 'damaged' : 'missing';
  const fix =
    fault === null ? null : status === 'missing' ? trainingInstalls : `${fault}; ${trainingInstalls}`;
  return { name, status, version: basename(folder), where: folder, fix };
}

/** @returns {Part} */
function ownInstallerPart() {
  const done = ownInstallerIsDone();
  return {
    name: 'TensorFlow',
    status: done ? 'ok' : 'missing',
    version: "from tfjs-node's own installer",
    where: join(root, 'node_modules', '@tensorflow', 'tfjs-node-gpu'),
    fix: done ? null : trainingInstalls,
  };
}

/**
 * @param {readonly string[]} gpus
 * @returns {Part}
 */
function gpuPart(gpus) {
  const found = gpus.length > 0;
  const where = found
    ? 'nvidia-smi'
    : `no NVIDIA GPU on this ${machineKind} machine: training runs on the CPU`;
  return {
    name: 'GPU',
    status: found ? 'ok' : 'unneeded',
    version: gpus.join('; ') || null,
    where,
    fix: null,
  };
}

/** @returns {Promise<Part>} */
async function cachePart() {
  const folder = cacheFolder();
  const free = `${readableBytes(freeBytes(folder))} free`;
  const there = existsSync(folder);
  return {
    name: 'cache folder',
    status: there ? 'ok' : 'missing',
    version: there ? `${readableBytes(await folderBytes(folder))}, ${free}` : free,
    where: folder,
    fix: there ? null : 'it is made when it is needed; NOISEFLOOR_CACHE names another place',
  };
}

/**
 * @param {string} folder
 * @returns {Promise<number>} bytes of all files in it
 */
async function folderBytes(folder) {
  let total = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) total += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return total;
}
