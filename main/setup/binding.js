/**
 * The binding: tfjs-node's own C++ between Node and TensorFlow, compiled against the library in the cache.
 * It lies in the cache too, so that `npm ci` costs only a link.
 */

import { createHash } from 'node:crypto';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { root } from './checkout.js';
import { runTool } from './child.js';
import { diskFull, lastLines, SetupError } from './messages.js';
import { packageVersion } from './npm.js';
import { withProgress } from './progress.js';
import { compareFiles, fileChecksum, filesOf, readStamp, writeStamp } from './stamp.js';

const bindingPackage = join(root, 'node_modules', '@tensorflow', 'tfjs-node-gpu');
const link = join(bindingPackage, 'lib', 'napi-v8');
const fileName = 'tfjs_binding.node';
const stampName = 'installed.json';

/**
 * @param {string} cache
 * @param {string} library folder of the library in the cache, named by version and flavour
 * @returns {string} folder of the binding for it
 */
export function bindingFolder(cache, library) {
  const sources = join(bindingPackage, 'binding');
  const hash = createHash('sha256');
  for (const name of readdirSync(sources).sort()) {
    hash.update(`${name}\n`).update(readFileSync(join(sources, name)));
  }
  const version = packageVersion(bindingPackage) ?? 'unknown';
  const key = hash.digest('hex').slice(0, 12);
  return join(cache, 'binding', `${library}-tfjs-${version}-${key}`);
}

/**
 * @param {string} folder
 * @returns {string | null} what is wrong with the binding there, or null
 */
export function bindingFault(folder) {
  const files = filesOf(readStamp(join(folder, stampName)));
  if (files === null) return 'it is not there yet';
  const { fault, touched } = compareFiles(folder, files);
  return fault ?? (touched.length > 0 ? `${touched[0] ?? ''} was changed` : null);
}

/**
 * @returns {string | null} the folder in the cache that this checkout's tfjs-node is linked to, or null
 */
export function linkedBinding() {
  try {
    return readlinkSync(link);
  } catch {
    return null;
  }
}

/**
 * @param {string} folder
 * @returns {boolean} whether this checkout's tfjs-node is linked to it, by whichever path: a cache may lie behind a link
 */
export function isLinkedTo(folder) {
  try {
    return realpathSync(link) === realpathSync(folder);
  } catch {
    return false;
  }
}

/**
 * Points this checkout's tfjs-node at a binding in the cache.
 * @param {string} folder
 * @returns {void}
 */
export function linkBinding(folder) {
  if (linkedBinding() === folder) return;
  const fresh = `${link}.${process.pid.toString()}`;
  mkdirSync(dirname(link), { recursive: true });
  rmSync(fresh, { force: true });
  symlinkSync(folder, fresh);
  // A link is replaced in one step; a folder that was made by other means has to go first.
  if (linkedBinding() === null) rmSync(link, { recursive: true, force: true });
  renameSync(fresh, link);
}

/**
 * Compiles the binding into the cache and tries to load it.
 * @param {string} folder
 * @param {string} library folder of the library: holds `tensorflow/`
 * @param {import('./compiler.js').Compiler} compiler
 * @returns {Promise<void>}
 * @throws {SetupError}
 */
export async function compileBinding(folder, library, compiler) {
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const output = join(partial, fileName);
  await withProgress(`compiling the binding (${compiler.command})`, null, async () => {
    const result = await runTool(compiler.command, compilerArguments(output, library), {
      env: { ...process.env, TMPDIR: partial },
    });
    if (result.code !== 0) throw compileError(result.stderr, output, compiler);
    await tryToLoad(output);
  });
  const facts = statSync(output);
  const files = {
    [fileName]: { bytes: facts.size, modified: facts.mtimeMs, crc: await fileChecksum(output) },
  };
  writeStamp(join(partial, stampName), { compiler: compiler.version, files });
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
}

/**
 * @param {string} output
 * @param {string} library
 * @returns {string[]}
 */
function compilerArguments(output, library) {
  const tensorflow = join(library, 'tensorflow');
  const mac = process.platform === 'darwin';
  const libraries = readdirSync(tensorflow).filter((name) => name.startsWith('libtensorflow_'));
  // Node resolves links before it loads the binding, so the path from its real place to the library holds.
  const origin = mac ? '@loader_path' : '$ORIGIN';
  const way = `${origin}/../../tensorflow/${basename(library)}/tensorflow`;
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'];
  return [
    ...['-std=c++17', '-O2', '-fPIC', '-w', '-DNAPI_VERSION=8'],
    ...(mac ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared']),
    ...['-I', join(root, 'node_modules', 'node-api-headers', 'include'), '-I', bindingPackage],
    ...['-I', join(tensorflow, 'include')],
    ...sources.map((name) => join(bindingPackage, 'binding', name)),
    ...['-o', output],
    ...libraries.map((name) => join(tensorflow, name)),
    `-Wl,-rpath,${way}`,
  ];
}

/**
 * Loading shows what compiling does not: a system library that is missing or too old.
 * @param {string} binding
 */
async function tryToLoad(binding) {
  const trial = await runTool(process.execPath, ['-e', `require(${JSON.stringify(binding)})`], {
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' },
  });
  if (trial.code === 0) return;
  const said = trial.stderr.split('\n').find((line) => line.startsWith('Error:'));
  throw new SetupError('TensorFlow was installed, but cannot be loaded on this machine', {
    where: binding,
    detail: said ?? (trial.signal === null ? lastLines(trial.stderr) : `ended by ${trial.signal}`),
    fix: 'TensorFlow 2.21 needs a glibc of 2.27 or newer and a 64-bit processor with AVX: use such a machine; if this is one, attach `noisefloor doctor --json` to a bug report',
  });
}

/**
 * @param {string} said
 * @param {string} where
 * @param {import('./compiler.js').Compiler} compiler
 */
function compileError(said, where, compiler) {
  if (/No space left on device/i.test(said)) return diskFull(where);
  const errors = said.split('\n').filter((line) => /error|undefined reference|cannot find/i.test(line));
  return new SetupError('the binding between Node and TensorFlow could not be compiled', {
    where: `${compiler.command} (${compiler.version})`,
    detail: lastLines(errors.length > 0 ? errors.slice(0, 6).join('\n') : said),
    fix: 'a C++17 compiler with its standard library is needed: install a newer one, or set CXX to another; then run the same command again',
  });
}
