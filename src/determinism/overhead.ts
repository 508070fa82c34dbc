import type { TrialRequest, TrialResult } from '../scheduling/trial.ts';
import { NoisefloorError } from '../study/errors.ts';
import type { ExecutionConfiguration } from '../study/execution.ts';
import { suggestion } from '../study/nearest.ts';

/** An execution configuration whose speed is compared. */
export interface OverheadSetting {
  readonly name: string;
  readonly execution: ExecutionConfiguration;
}

/** What one process took. */
export interface OverheadTrial {
  readonly setting: string;
  /** Counted from 0; each setting is timed once a round. */
  readonly round: number;
  /** Of the timed steps, by the clock on the wall. */
  readonly seconds: number;
  /** Peak resident memory of the process, its start included. */
  readonly peakBytes: number;
  readonly machine: TrialResult['machine'];
}

/** Everything that can be compared, by name; the last two mean nothing on a GPU. */
export const overheadSettingNames = ['default', 'deterministic', 'one-thread', 'onednn-off'] as const;

/**
 * The execution configurations of those names, the first of which the others are compared with.
 * @param base what they have in common.
 * @throws NoisefloorError `invalid-comparison`.
 */
export function overheadSettings(base: ExecutionConfiguration, names: readonly string[]): OverheadSetting[] {
  const plain = { ...base, deterministicOps: false };
  const known: Readonly<Record<string, ExecutionConfiguration>> = {
    default: plain,
    deterministic: { ...plain, deterministicOps: true },
    'one-thread': { ...plain, threads: 1 },
    'onednn-off': { ...plain, oneDnn: false },
  };
  if (names.length < 2 || new Set(names).size < names.length) {
    throw new NoisefloorError(
      'invalid-comparison',
      'Name at least two different execution configurations to compare.',
    );
  }
  return names.map((name) => {
    const execution = known[name];
    if (execution !== undefined) return { name, execution };
    throw new NoisefloorError(
      'invalid-comparison',
      `There is no execution configuration "${name}". ${suggestion(name, overheadSettingNames)}`,
      { details: { name, known: overheadSettingNames } },
    );
  });
}

/**
 * Times training steps under each setting, every time in a process of its own. Rounds interleave the settings, and every
 * second round takes them backwards, so that a machine that grows warm or busy slows all of them alike.
 * @param onTrial told of each trial when it has ended; what it throws, or waits for, comes before the next.
 */
export async function measureOverhead(options: {
  request: Omit<TrialRequest, 'execution' | 'seconds' | 'steps'>;
  settings: readonly OverheadSetting[];
  rounds: number;
  runTrial: (request: TrialRequest) => Promise<TrialResult>;
  onTrial: (trial: OverheadTrial) => Promise<void>;
}): Promise<OverheadTrial[]> {
  const trials: OverheadTrial[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    const settings = round % 2 === 0 ? options.settings : options.settings.toReversed();
    for (const { name, execution } of settings) {
      const { timedSeconds, peakBytes, machine } = await options.runTrial({
        ...options.request,
        ...{ execution, steps: 1, seconds: 0 },
      });
      if (timedSeconds === null) {
        throw new RangeError('A trial that is asked for timed iterations tells how long they took.');
      }
      const trial = { setting: name, round, seconds: timedSeconds, peakBytes, machine };
      await options.onTrial(trial);
      trials.push(trial);
    }
  }
  return trials;
}
