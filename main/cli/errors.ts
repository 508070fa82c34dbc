import { CommanderError } from 'commander';
import { NoisefloorError } from '../../src/study/errors.ts';

/** The exit codes of every command. */
export const exitCodes = { done: 0, failed: 1, wrongUsage: 2, interrupted: 130 } as const;

/** What a person typed was wrong: a name, a key, a value, an option. */
const wrongUsageCode = /^(invalid|unknown)-|-(unknown|ambiguous)$|^(preset-needs|usage)$/;

export interface ReportedError {
  exitCode: number;
  code: string;
  message: string;
  details: Readonly<Record<string, unknown>>;
}

/** What to print for an error, and the exit code that goes with it. */
export function reportError(error: unknown): ReportedError {
  if (error instanceof CommanderError) {
    const exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.wrongUsage;
    return { exitCode, code: 'usage', message: error.message.replace(/^error: /, ''), details: {} };
  }
  if (error instanceof NoisefloorError) {
    const exitCode = wrongUsageCode.test(error.code) ? exitCodes.wrongUsage : exitCodes.failed;
    return { exitCode, code: error.code, message: error.message, details: error.details };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    exitCode: exitCodes.failed,
    code: 'unexpected',
    message: `Something went wrong that Noisefloor did not foresee. Please report it with this text:\n${message}`,
    details: {},
  };
}
