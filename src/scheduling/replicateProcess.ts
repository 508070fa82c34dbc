import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import {
  replicateExitCodes,
  replicateMessageSchema,
  stopMessage,
  type ReplicateMessage,
} from './messages.ts';

/** How to start the program that trains one result folder; the folder is appended to `args`. */
export interface ReplicateCommand {
  command: string;
  args: readonly string[];
}

export type ReplicateOutcome = keyof typeof replicateExitCodes | 'crashed';

export interface ReplicateExit {
  outcome: ReplicateOutcome;
  exitCode: number | null;
  signal: NodeJS.Signals | null;
}

export interface RunningReplicate {
  readonly pid: number | undefined;
  /** Settles when the process has ended; never rejects. */
  readonly ended: Promise<ReplicateExit>;
  /** Asks the process to stop after the step at hand. */
  stop(): void;
  /** Ends the process at once; what it had recorded stays. */
  kill(): void;
}

function outcomeOf(exitCode: number | null): ReplicateOutcome {
  for (const [outcome, code] of Object.entries(replicateExitCodes)) {
    if (code === exitCode) {
      return outcome as keyof typeof replicateExitCodes;
    }
  }
  return 'crashed';
}

/**
 * Starts the process of one replicate. It has its own process group, so that Ctrl-C in a terminal reaches the host
 * alone, and it goes on if the host dies. Its standard output and error are appended to `output.log` of its folder.
 */
export function startReplicate(options: {
  command: ReplicateCommand;
  folder: string;
  environment: Readonly<Record<string, string>>;
  onMessage: (message: ReplicateMessage) => void;
}): RunningReplicate {
  const log = openSync(join(options.folder, 'output.log'), 'a');
  let child: ChildProcess;
  try {
    child = spawn(options.command.command, [...options.command.args, options.folder], {
      detached: true,
      env: { ...process.env, ...options.environment },
      stdio: ['ignore', log, log, 'ipc'],
    });
  } finally {
    closeSync(log);
  }
  child.on('message', (message) => {
    const parsed = replicateMessageSchema.safeParse(message);
    if (parsed.success) {
      options.onMessage(parsed.data);
    }
  });
  const ended = new Promise<ReplicateExit>((resolve) => {
    child.once('error', () => {
      resolve({ outcome: 'crashed', exitCode: null, signal: null });
    });
    child.once('exit', (exitCode, signal) => {
      resolve({ outcome: outcomeOf(exitCode), exitCode, signal });
    });
  });
  return {
    pid: child.pid,
    ended,
    stop: () => {
      if (child.connected) {
        child.send(stopMessage, () => {
          // The process may have ended meanwhile: then there is nothing left to stop.
        });
      }
    },
    kill: () => {
      child.kill('SIGKILL');
    },
  };
}
