import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { cacheFolder } from '../../main/setup/cache.js';

/** Of this machine; read before a test file gives itself another. */
const machineCache = cacheFolder();
const command = join(import.meta.dirname, '..', '..', 'main', 'cli', 'main.ts');

/** `noisefloor serve` in a process of its own, as a person starts it. */
export interface ServedStudio {
  /** What was printed; it opens the studio once. */
  readonly link: string;
  /** Where every page of the studio is, once the link was used. */
  readonly origin: string;
  readonly process: ChildProcess;
  /** Ends it as Ctrl-C does, and waits. */
  end(): Promise<void>;
}

/** @param environment is added to that of the tests; what is undefined is taken from it. */
export async function serveStudio(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = {},
): Promise<ServedStudio> {
  const serve = spawn(process.execPath, [command, 'serve', '--port', '0', ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const link = await linkOf(serve);
  return {
    link,
    origin: new URL(link).origin,
    process: serve,
    end: async () => {
      if (serve.exitCode !== null || serve.signalCode !== null) return;
      serve.kill('SIGTERM');
      await once(serve, 'exit');
    },
  };
}

/**
 * A cache for a studio that trains: this machine's TensorFlow is in it, and what is remembered of libraries is not.
 * @returns what is added to the environment.
 */
export function trainingCache(folder: string): { NOISEFLOOR_CACHE: string } {
  const cache = join(folder, 'training-cache');
  mkdirSync(cache, { recursive: true });
  for (const name of readdirSync(machineCache)) {
    if (name !== 'libraries') symlinkSync(join(machineCache, name), join(cache, name));
  }
  return { NOISEFLOOR_CACHE: cache };
}

async function linkOf({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error('The studio has no output.');
  for await (const line of createInterface({ input: stdout })) {
    const [link] = /http:\/\/\S+/.exec(line) ?? [];
    if (link !== undefined) return link;
  }
  throw new Error('The studio ended without a link.');
}
