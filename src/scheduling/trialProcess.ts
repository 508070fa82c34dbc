import { spawn } from 'node:child_process';
import { NoisefloorError } from '../study/errors.ts';
import type { ReplicateCommand } from './replicateProcess.ts';
import { trialAnswerSchema, type TrialAnswer, type TrialRequest, type TrialResult } from './trial.ts';

/** As much of what a failed process printed as an error message quotes. */
const quotedOutput = 2000;

/**
 * Runs a trial in a process of its own and waits for its result.
 * @param options.signal ends the process when it is aborted.
 * @throws NoisefloorError the trial's own, `cancelled`, or `trial-crashed` with what the process printed last.
 */
export async function runTrialProcess(options: {
  command: ReplicateCommand;
  request: TrialRequest;
  environment: Readonly<Record<string, string>>;
  signal?: AbortSignal | undefined;
}): Promise<TrialResult> {
  if (isCancelled(options.signal)) {
    throw cancelled();
  }
  const child = spawn(options.command.command, [...options.command.args], {
    env: { ...process.env, ...options.environment },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const end = (): void => {
    child.kill('SIGKILL');
  };
  options.signal?.addEventListener('abort', end, { once: true });
  let output = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-quotedOutput);
  });
  const answer = await new Promise<TrialAnswer | null>((resolve) => {
    let received: TrialAnswer | null = null;
    child.on('message', (message) => {
      const parsed = trialAnswerSchema.safeParse(message);
      if (parsed.success) {
        received = parsed.data;
      }
    });
    child.once('error', (error) => {
      output += error.message;
      resolve(null);
    });
    child.once('close', () => {
      resolve(received);
    });
    child.send(options.request, (error) => {
      if (error !== null) {
        output += error.message;
      }
    });
  });
  options.signal?.removeEventListener('abort', end);
  if (isCancelled(options.signal)) {
    throw cancelled();
  }
  if (answer === null) {
    throw new NoisefloorError(
      'trial-crashed',
      `A process that was to train a few steps ended without a result. It printed last:\n${output.trim() || '(nothing)'}\nRun "noisefloor doctor" to check the set-up.`,
    );
  }
  if (answer.type === 'error') {
    throw new NoisefloorError(answer.code, answer.message);
  }
  return answer.result;
}

const isCancelled = (signal: AbortSignal | undefined): boolean => signal?.aborted === true;

function cancelled(): NoisefloorError {
  return new NoisefloorError('cancelled', 'The preparation was cancelled.');
}
