import { judgeRepeatability } from '../../src/determinism/repeatability.ts';
import type { TrialResult } from '../../src/scheduling/trial.ts';
import type { ExecutionConfiguration } from '../../src/study/execution.ts';
import { planReplicates } from '../../src/study/plan.ts';
import { presetNamed, studyFromPreset } from '../../src/study/presets.ts';
import { paperVariants } from '../../src/study/variant.ts';
import { runTrial } from './processes.ts';

/** Steps of each variant, and replicates of it that are compared. */
const steps = 20;
const replicates = 2;
const timedSeconds = 1;

export interface VariantTrial {
  device: string;
  variant: string;
  execution: ExecutionConfiguration;
  /** Whether the first replicates of the variant came out bit-identical; null where training failed. */
  identical: boolean | null;
  loss: number | null;
  examplesPerSecond: number | null;
  peakBytes: number | null;
  machine: TrialResult['machine'];
  /** Why it failed; null where it did not. */
  error: string | null;
}

/**
 * Trains a few steps of each of the paper's variants on each device that TensorFlow sees. A variant that fails is
 * reported, and the rest go on.
 * @param hasGpu whether a GPU is to be tried beside the CPU.
 */
export async function trainEachVariant(
  hasGpu: boolean,
  onVariant: (device: string, variant: string) => void,
): Promise<VariantTrial[]> {
  const trials: VariantTrial[] = [];
  for (const device of hasGpu ? ['cpu', 'gpu'] : ['cpu']) {
    const implementation = device === 'cpu' ? 'configuration' : 'device';
    const study = studyFromPreset(presetNamed('quickstart'), [`execution.device=${device}`]);
    for (const variant of paperVariants(implementation)) {
      onVariant(device, variant.name);
      const orders = planReplicates({ ...study, variants: [variant], replicates }, 'doctor', null);
      trials.push(await tryVariant(device, variant.name, orders));
    }
  }
  return trials;
}

async function tryVariant(
  device: string,
  variant: string,
  orders: ReturnType<typeof planReplicates>,
): Promise<VariantTrial> {
  const [first] = orders;
  if (first === undefined) {
    throw new RangeError('A study with one variant and two replicates plans two replicates.');
  }
  const { execution } = first;
  try {
    const results: TrialResult[] = [];
    for (const { task, execution: own, seeds } of orders) {
      results.push(
        await runTrial({
          task,
          execution: own,
          seeds,
          steps,
          seconds: results.length === 0 ? timedSeconds : 0,
        }),
      );
    }
    const fingerprints = results.map((result) => result.fingerprints);
    return {
      device,
      variant,
      execution,
      identical: judgeRepeatability(fingerprints, steps).repeatable,
      loss: results[0]?.loss ?? null,
      examplesPerSecond: results[0]?.examplesPerSecond ?? null,
      peakBytes: results[0]?.peakBytes ?? null,
      machine: results[0]?.machine ?? null,
      error: null,
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const unknown = { identical: null, loss: null, examplesPerSecond: null, peakBytes: null, machine: null };
    return { device, variant, execution, ...unknown, error: message };
  }
}
