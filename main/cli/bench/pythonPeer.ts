import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { NoisefloorError } from '../../../src/study/errors.ts';
import { cacheFolder, ensureWritable } from '../../setup/cache.js';
import { runTool } from '../../setup/child.js';
import { withLock } from '../../setup/lock.js';
import { requirePython } from '../../setup/python.js';

/** Packages of the analysis peer. */
export const analysisPackages = ['numpy', 'scipy'] as const;

/** Packages of the import peer. */
export const importPackages = ['numpy', 'pandas'] as const;

/** Packages of the training peer: the TensorFlow version that replicates train with. Its CPU wheel has that name on Linux x64 only. */
export const trainingPackages = [
  process.platform === 'linux' && process.arch === 'x64' ? 'tensorflow-cpu==2.21.0' : 'tensorflow==2.21.0',
  ...analysisPackages,
] as const;

/** A Python that can import what a peer needs. */
export interface PythonPeer {
  readonly command: string;
  /** Environment that it must be started with. */
  readonly environment: NodeJS.ProcessEnv;
  /** Versions of Python and of the packages, by name. */
  readonly versions: Readonly<Record<string, string>>;
}

/** How a peer is prepared. */
export interface PeerOptions {
  /** A Python that has the packages; `NOISEFLOOR_PEER_PYTHON` names one too. */
  readonly python?: string;
  /** Told what takes long. */
  readonly onProgress?: (line: string) => void;
}

/**
 * A Python with the packages of a benchmark's peer: one that a person named, which must have them, or else the
 * machine's own, with the packages installed once into a folder of the per-user cache.
 * @param packages requirements in pip's words.
 * @throws NoisefloorError `peer-missing` when a package can be neither imported nor installed, with pip's output.
 */
export async function preparePythonPeer(
  packages: readonly string[],
  { python, onProgress = () => undefined }: PeerOptions = {},
): Promise<PythonPeer> {
  const named = python ?? process.env['NOISEFLOOR_PEER_PYTHON'] ?? '';
  if (named !== '') return describePeer(named, process.env, packages);
  const { command, version } = await requirePython();
  const folder = join(cacheFolder(), 'peers', folderName(packages, version));
  if (!existsSync(folder)) {
    ensureWritable(join(cacheFolder(), 'peers'));
    await withLock(`${folder}.lock`, () => install(command, packages, folder, onProgress));
  }
  const environment = { ...process.env, PYTHONPATH: folder, PYTHONNOUSERSITE: '1' };
  return describePeer(command, environment, packages);
}

/** One folder for each set of packages and minor version of Python, whose binary packages fit no other. */
function folderName(packages: readonly string[], pythonVersion: string): string {
  const minor = pythonVersion.split('.').slice(0, 2).join('.');
  const set = createHash('sha256').update(packages.join('\n')).digest('hex').slice(0, 12);
  return `python${minor}-${set}`;
}

/** Installs beside the final folder and renames at the end, so that a folder with that name is always whole. */
async function install(
  python: string,
  packages: readonly string[],
  folder: string,
  onProgress: (line: string) => void,
): Promise<void> {
  if (existsSync(folder)) return;
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished);
  onProgress(`Installing ${packages.join(', ')} for the comparison (once; into ${folder})`);
  const words = ['-m', 'pip', 'install', '--disable-pip-version-check', '--only-binary', ':all:'];
  const code = await runOnStandardError(python, [...words, '--target', unfinished, ...packages]);
  if (code !== 0) {
    rmSync(unfinished, { recursive: true, force: true });
    throw new NoisefloorError(
      'peer-missing',
      `pip could not install ${packages.join(', ')} for ${python}: its messages are above. Check the network and that this Python is one they are built for, or set NOISEFLOOR_PEER_PYTHON to a Python that has them; then run the same command again.`,
    );
  }
  renameSync(unfinished, folder);
}

/** Standard output belongs to the command's own result. */
function runOnStandardError(command: string, words: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, { stdio: ['ignore', 2, 2] });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/** Asks a Python which versions it has of the packages. */
async function describePeer(
  command: string,
  environment: NodeJS.ProcessEnv,
  packages: readonly string[],
): Promise<PythonPeer> {
  const names = packages.map((requirement) => requirement.replace(/[=<>~!].*/, ''));
  const program = [
    'import json, platform, sys',
    'from importlib.metadata import version',
    'print(json.dumps({"python": platform.python_version(), **{n: version(n) for n in sys.argv[1:]}}))',
  ].join('\n');
  const found = await runTool(command, ['-c', program, ...names], { env: environment });
  if (found.code !== 0) {
    throw new NoisefloorError(
      'peer-missing',
      `${command} does not have ${names.join(', ')}:\n${found.stderr.trim()}\nInstall them there, or name no Python (--python, NOISEFLOOR_PEER_PYTHON) and this command installs its own.`,
    );
  }
  return { command, environment, versions: JSON.parse(found.stdout) as Record<string, string> };
}
