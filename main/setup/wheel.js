/** Fetches pinned wheels with pip into the cache, where a finished one waits until it is unpacked. */

import { createHash } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { runTool } from './child.js';
import { diskFull, lastLines, say, SetupError } from './messages.js';
import { withProgress } from './progress.js';

/** @typedef {import('./artefacts.js').Wheel} Wheel */

const watchInterval = 200;

/**
 * Makes sure that a wheel lies in the folder, whole and unaltered.
 * @param {Wheel} wheel
 * @param {string} folder
 * @param {string} python command of a Python that has pip
 * @returns {Promise<string>} the wheel's path
 * @throws {SetupError}
 */
export async function ensureWheel(wheel, folder, python) {
  const target = join(folder, wheel.file);
  if (existsSync(target)) {
    if ((await sha256Of(target)) === wheel.sha256) {
      say(`${wheel.file}: fetched earlier`);
      return target;
    }
    say(`${target} is damaged: fetching it again`);
    rmSync(target);
  }
  const partial = join(folder, 'partial');
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(join(partial, 'temporary'), { recursive: true });
  try {
    const { name, version } = partsOf(wheel.file);
    const fetched = await withProgress(`fetching ${name} ${version}`, wheel.bytes, (progress) =>
      download(wheel, partial, python, (bytes) => {
        progress.update(Math.min(bytes, wheel.bytes));
      }),
    );
    renameSync(fetched, target);
    return target;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/**
 * @param {Wheel} wheel
 * @param {string} partial folder for everything that pip writes
 * @param {string} python
 * @param {(bytes: number) => void} onBytes told how much is there
 * @returns {Promise<string>} path of the checked download
 */
async function download(wheel, partial, python, onBytes) {
  const requirements = join(partial, 'requirements.txt');
  const output = join(partial, 'wheels');
  const temporary = join(partial, 'temporary');
  const parts = partsOf(wheel.file);
  writeFileSync(requirements, `${parts.name}==${parts.version} --hash=sha256:${wheel.sha256}\n`);
  const watch = setInterval(() => {
    onBytes(largestFile(partial));
  }, watchInterval);
  const result = await runTool(python, pipArguments(parts, requirements, output), {
    env: { ...process.env, TMPDIR: temporary, TEMP: temporary, TMP: temporary, PIP_REQUIRE_VIRTUALENV: '0' },
  });
  clearInterval(watch);
  if (result.code !== 0) throw explainPip(result.stderr + result.stdout, wheel, partial);
  const fetched = join(output, wheel.file);
  const found = existsSync(fetched) ? await sha256Of(fetched) : 'nothing';
  if (found !== wheel.sha256) throw altered(wheel, `expected sha256 ${wheel.sha256}, found ${found}`);
  onBytes(wheel.bytes);
  return fetched;
}

/**
 * @param {string} file
 * @returns {{ name: string, version: string, python: string, abi: string, platforms: string[] }} what a wheel's file name says
 */
function partsOf(file) {
  const [name = '', version = '', python = '', abi = '', platforms = ''] = file
    .replace(/\.whl$/, '')
    .split('-');
  return { name, version, python, abi, platforms: platforms.split('.') };
}

/**
 * The wheel is chosen by TensorFlow's version, not by this machine's Python: it is only unpacked.
 * @param {ReturnType<typeof partsOf>} parts
 * @param {string} requirements
 * @param {string} output
 * @returns {string[]}
 */
function pipArguments(parts, requirements, output) {
  const version = /^cp3(\d+)$/.exec(parts.python)?.[1] ?? '12';
  return [
    ...['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--require-hashes', '--no-cache-dir'],
    ...['--disable-pip-version-check', '--no-input', '--progress-bar=off', '--retries=3', '--timeout=30'],
    ...['--implementation=cp', `--python-version=3.${version}`],
    ...(parts.abi === 'none' ? [] : [`--abi=${parts.abi}`]),
    ...parts.platforms.map((platform) => `--platform=${platform}`),
    ...['--dest', output, '--requirement', requirements],
  ];
}

/**
 * @param {string} output
 * @param {Wheel} wheel
 * @param {string} where
 * @returns {SetupError}
 */
function explainPip(output, wheel, where) {
  const detail = lastLines(output, 4);
  if (/No space left on device|Errno 28|Errno 122/.test(output)) return diskFull(where);
  if (/DO NOT MATCH THE HASHES/i.test(output)) return altered(wheel, detail);
  if (
    /NewConnectionError|ConnectionError|name resolution|Connection refused|timed out|Timeout|ProxyError|SSLError|unreachable|IncompleteRead|Connection broken/i.test(
      output,
    )
  ) {
    return new SetupError(`pip could not fetch ${wheel.file}: the package index cannot be reached`, {
      where: 'the network, as pip sees it',
      detail,
      fix: 'connect to the network, or set a proxy or mirror for pip (HTTPS_PROXY, PIP_INDEX_URL); then run the same command again',
    });
  }
  if (/No matching distribution found/.test(output)) {
    return new SetupError(`pip's package index does not offer ${wheel.file}`, {
      where: 'the package index that pip is set to use (`pip config list`)',
      detail,
      fix: 'use an index or mirror that has it (PIP_INDEX_URL), or a newer pip (`python3 -m pip install --upgrade pip`); then run the same command again',
    });
  }
  return new SetupError(`pip could not fetch ${wheel.file}`, {
    where,
    detail,
    fix: 'see what pip said; when that is mended, run the same command again',
  });
}

/**
 * @param {Wheel} wheel
 * @param {string} detail
 */
function altered(wheel, detail) {
  return new SetupError(`what pip fetched is not the ${wheel.file} pinned here`, {
    where: 'the download, which was thrown away',
    detail,
    fix: 'run the same command again; if it stays, a proxy or mirror alters packages: try another network',
  });
}

/**
 * @param {string} path
 * @returns {Promise<string>} hexadecimal
 */
async function sha256Of(path) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    hash.update(/** @type {Buffer} */ (chunk));
  }
  return hash.digest('hex');
}

/**
 * pip writes the download to a temporary file first and copies it then, so the largest file is the progress.
 * @param {string} folder
 * @returns {number} bytes
 */
function largestFile(folder) {
  let largest = 0;
  try {
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      largest = Math.max(largest, statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0);
    }
  } catch {
    // pip removes its folders while they are read; the next look will tell.
  }
  return largest;
}
