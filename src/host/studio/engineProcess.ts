import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { ReplicateCommand } from '../../scheduling/replicateProcess.ts';
import { NoisefloorError } from '../../study/errors.ts';

/** How many of the last lines tell why a set-up failed. */
const toldLines = 8;
const linePrefix = /^set-up: /;

/**
 * Runs a set-up script, which tells of its progress and of its failure on stderr.
 * @throws NoisefloorError `engine-not-prepared` with what the script said, `cancelled`.
 */
export async function prepareEngineProcess(
  { command, args }: ReplicateCommand,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'close') as Promise<[code: number | null]>;
  // It is awaited below; a child that cannot be started fails before that.
  ended.catch(() => undefined);
  const end = (): void => {
    child.kill('SIGTERM');
  };
  signal.addEventListener('abort', end);
  if (signal.aborted) end();
  const said: string[] = [];
  try {
    for await (const line of createInterface({ input: child.stderr })) {
      said.push(line);
      onLine(line.replace(linePrefix, ''));
    }
    const [code] = await ended;
    if (signal.aborted) {
      throw new NoisefloorError('cancelled', 'The set-up was cancelled. What was finished is kept.');
    }
    if (code !== 0) throw notPrepared(said, undefined);
  } catch (error) {
    throw error instanceof NoisefloorError ? error : notPrepared(said, error);
  } finally {
    signal.removeEventListener('abort', end);
  }
}

function notPrepared(said: readonly string[], cause: unknown): NoisefloorError {
  const stopped = said.findLastIndex((line) => line.startsWith('set-up stopped:'));
  const told = (stopped < 0 ? said.slice(-toldLines) : said.slice(stopped)).map((line) => line.trim());
  const why = told.join(' ') || (cause instanceof Error ? cause.message : 'it said nothing');
  return new NoisefloorError('engine-not-prepared', `TensorFlow could not be set up: ${why}`, { cause });
}
