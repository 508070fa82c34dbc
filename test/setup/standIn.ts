/**
 * A stand-in checkout for tests of set-up: the real main/setup, a tiny wheel in TensorFlow's layout instead of the
 * 274 MB one, tiny sources of a binding, and a command line that loads the binding. pip, npm and the compiler are the
 * machine's own; pip finds the wheel in a folder, so nothing is fetched from outside.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll } from 'vitest';

export interface StandIn {
  folder: string;
  checkout: string;
  cache: string;
  environment: NodeJS.ProcessEnv;
}

export interface Outcome {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export const wheelFile = 'tensorflow_cpu-2.21.0-py3-none-any.whl';
export const libraryName = `2.21.0-${process.platform}-${process.arch}-cpu`;
const setup = join(import.meta.dirname, '..', '..', 'main', 'setup');

/** Set-up is written for three systems; what these tests build and break is Linux's. */
export const onLinux = process.platform === 'linux';

const templates = new Map<string, string>();
afterAll(() => {
  for (const template of templates.values()) rmSync(template, { recursive: true, force: true });
});

/** Makes a stand-in checkout with its npm packages installed, an empty cache, and a wheel that pip finds. */
export function makeStandIn(options: { padding?: number; noise?: number } = {}): StandIn {
  const template = templateFor(options);
  const folder = mkdtempSync(join(tmpdir(), 'noisefloor-set-up-'));
  cpSync(template, folder, { recursive: true, verbatimSymlinks: true });
  return {
    folder,
    checkout: join(folder, 'checkout'),
    cache: join(folder, 'cache'),
    environment: {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      NOISEFLOOR_CACHE: join(folder, 'cache'),
      PIP_CONFIG_FILE: '/dev/null',
      PIP_NO_INDEX: '1',
      PIP_FIND_LINKS: join(folder, 'index'),
    },
  };
}

/** What all stand-ins of a test file are copied from; removed when the file is done. */
function templateFor(options: { padding?: number; noise?: number }): string {
  const key = JSON.stringify(options);
  const made = templates.get(key);
  if (made !== undefined) return made;
  const folder = mkdtempSync(join(tmpdir(), 'noisefloor-template-'));
  const checkout = join(folder, 'checkout');
  mkdirSync(join(folder, 'index'));
  layOutCheckout(checkout);
  const wheel = makeWheel(folder, join(folder, 'index', wheelFile), options);
  writeArtefacts(checkout, wheel);
  execFileSync('npm', ['install', '--ignore-scripts', '--offline', '--no-audit', '--no-fund'], {
    cwd: checkout,
    stdio: 'pipe',
  });
  templates.set(key, folder);
  return folder;
}

export function removeStandIn(standIn: StandIn): void {
  rmSync(standIn.folder, { recursive: true, force: true });
}

/** Changes the pinned facts of the stand-in wheel. */
export function repin(
  standIn: StandIn,
  change: { sha256?: string; bytes?: number; unpackedBytes?: number },
): void {
  const path = join(standIn.checkout, 'main', 'setup', 'artefacts.json');
  const artefacts = JSON.parse(readFileSync(path, 'utf8')) as {
    tensorflow: { wheels: Record<string, Record<string, unknown>[]> };
  };
  for (const wheels of Object.values(artefacts.tensorflow.wheels)) Object.assign(wheels[0] ?? {}, change);
  writeFileSync(path, JSON.stringify(artefacts));
}

/** Starts `noisefloor <args>` in the stand-in, in a process group of its own. */
export function start(
  standIn: StandIn,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): { child: ChildProcess; outcome: Promise<Outcome>; said: (text: string) => Promise<void> } {
  const child = spawn(process.execPath, [join(standIn.checkout, 'main', 'setup', 'noisefloor.js'), ...args], {
    env: { ...standIn.environment, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let stdout = '';
  let stderr = '';
  const listeners = new Set<() => void>();
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    for (const listener of listeners) listener();
  });
  const outcome = new Promise<Outcome>((resolve) => {
    child.on('close', (code, signal) => {
      resolve({ code, signal, stdout, stderr });
    });
  });
  const said = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (stderr.includes(text)) resolve();
      };
      listeners.add(look);
      look();
      void outcome.then(() => {
        reject(new Error(`it ended without saying "${text}":\n${stderr}`));
      });
    });
  return { child, outcome, said };
}

/** Runs `noisefloor <args>` to its end. */
export function run(
  standIn: StandIn,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Outcome> {
  return start(standIn, args, environment).outcome;
}

/** Waits until a file is there, that a stand-in tool writes when it has come to the point. */
export async function appears(path: string): Promise<void> {
  while (!existsSync(path)) await pause(20);
}

/** Sends a signal to a started command and everything it started, as a terminal or a power cut would. */
export function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) throw new Error('the command did not start');
  process.kill(-child.pid, signal);
}

/** A folder to use as the whole PATH, with only the given scripts in it. */
export function pathWith(standIn: StandIn, name: string, scripts: Record<string, string>): string {
  const folder = join(standIn.folder, name);
  mkdirSync(folder, { recursive: true });
  for (const [script, text] of Object.entries(scripts)) writeScript(join(folder, script), text);
  return folder;
}

/** Writes an executable shell script. */
export function writeScript(path: string, text: string): string {
  writeFileSync(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return path;
}

function layOutCheckout(checkout: string): void {
  cpSync(setup, join(checkout, 'main', 'setup'), { recursive: true });
  const binding = join(checkout, 'vendor', 'tfjs-node-gpu');
  mkdirSync(join(binding, 'binding'), { recursive: true });
  mkdirSync(join(checkout, 'main', 'cli'));
  writeFileSync(
    join(binding, 'package.json'),
    JSON.stringify({ name: '@tensorflow/tfjs-node-gpu', version: '4.22.0' }),
  );
  writeFileSync(
    join(checkout, 'package.json'),
    JSON.stringify({
      name: 'stand-in',
      version: '1.0.0',
      type: 'module',
      dependencies: { '@tensorflow/tfjs-node-gpu': 'file:vendor/tfjs-node-gpu' },
    }),
  );
  const fixtures = join(import.meta.dirname, '..', 'fixtures', 'setup');
  copyFileSync(join(fixtures, 'binding.cc.txt'), join(binding, 'binding', 'tfjs_binding.cc'));
  copyFileSync(join(fixtures, 'backend.cc.txt'), join(binding, 'binding', 'tfjs_backend.cc'));
  copyFileSync(join(fixtures, 'commandLine.txt'), join(checkout, 'main', 'cli', 'main.ts'));
}

function makeWheel(folder: string, path: string, options: { padding?: number; noise?: number }): WheelFacts {
  const fixtures = join(import.meta.dirname, '..', 'fixtures', 'setup');
  const { padding = 0, noise = 0 } = options;
  execFileSync('python3', [
    join(fixtures, 'make_wheel.py'),
    path,
    join(folder, 'build'),
    padding.toString(),
    noise.toString(),
  ]);
  return {
    file: wheelFile,
    sha256: createHash('sha256').update(readFileSync(path)).digest('hex'),
    bytes: statSync(path).size,
    unpackedBytes: 100_000 + padding + noise,
  };
}

interface WheelFacts {
  file: string;
  sha256: string;
  bytes: number;
  unpackedBytes: number;
}

function writeArtefacts(checkout: string, wheel: WheelFacts): void {
  const key = `${process.platform}-${process.arch}-cpu`;
  writeFileSync(
    join(checkout, 'main', 'setup', 'artefacts.json'),
    JSON.stringify({
      node: { minimumMajor: 24, packages: {} },
      tensorflow: { version: '2.21.0', wheels: { [key]: [wheel] } },
    }),
  );
}

/** Names of everything in the cache that is no finished part: locks, partial folders, downloads. */
export function leftovers(standIn: StandIn): string[] {
  return readdirSync(standIn.cache, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.lock|partial|\.whl$/.test(name),
  );
}
