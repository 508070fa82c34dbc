import { spawn, type ChildProcess } from 'node:child_process';

/** How a program ended. */
export interface ProgramExit {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it could not be started; null where it was. */
  readonly fault: Error | null;
}

export interface RunningProgram {
  /** Never rejects. */
  readonly ended: Promise<ProgramExit>;
  /** Asks the program and what it started to end; what has not after a while is ended by force. */
  stop(): void;
}

/** How long a program that is asked to end may take, in milliseconds. */
const patience = 10_000;

/**
 * Starts a program in a process group of its own, so that whatever it starts can be ended with it. It prints where this
 * process prints.
 */
export function startProgram(options: {
  words: readonly string[];
  folder: string;
  environment: Readonly<Record<string, string>>;
}): RunningProgram {
  const [command = '', ...args] = options.words;
  const child = spawn(command, args, {
    cwd: options.folder,
    detached: true,
    env: { ...process.env, ...options.environment },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  let force: NodeJS.Timeout | undefined;
  // A program that outlives this process would train on with nobody to take its results in.
  const endWithUs = (): void => {
    signalGroup(child, 'SIGKILL');
  };
  process.once('exit', endWithUs);
  const ended = new Promise<ProgramExit>((resolve) => {
    child.once('error', (fault) => {
      resolve({ exitCode: null, signal: null, fault });
    });
    child.once('exit', (exitCode, signal) => {
      resolve({ exitCode, signal, fault: null });
    });
  }).finally(() => {
    clearTimeout(force);
    process.off('exit', endWithUs);
  });
  return {
    ended,
    stop: () => {
      signalGroup(child, 'SIGTERM');
      force ??= setTimeout(() => {
        signalGroup(child, 'SIGKILL');
      }, patience);
    },
  };
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group has ended meanwhile.
  }
}
