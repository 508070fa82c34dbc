import { availableParallelism, freemem } from 'node:os';
import { judgeRepeatability, type Repeatability } from '../determinism/repeatability.ts';
import {
  bestParallelism,
  mostProcesses,
  nextToMeasure,
  type MeasuredParallelism,
} from '../scheduling/parallelism.ts';
import type { TrialRequest, TrialResult } from '../scheduling/trial.ts';
import { planReplicates } from '../study/plan.ts';
import type { Study } from '../study/study.ts';
import { paperVariants } from '../study/variant.ts';
import type { RunListener } from './runEvents.ts';

/** Steps after which processes are compared, and seconds each is timed for. */
const comparedSteps = 12;
const timedSeconds = 1.5;

/** Runs a trial in a process of its own, which ends when the signal is aborted. */
export type TrialRunner = (request: TrialRequest, signal?: AbortSignal) => Promise<TrialResult>;

/** What a few steps in processes of their own told about a study before it runs. */
export interface Preparation {
  dataset: TrialResult['dataset'];
  machine: TrialResult['machine'];
  parameters: TrialResult['parameters'];
  /** Null where it was not asked for. */
  repeatability: Repeatability | null;
  measured: readonly MeasuredParallelism[];
  /** How many replicates to run at once. */
  parallel: number;
}

/**
 * Loads the study's data and takes a few of its steps, in one process and then in several at once: what the data are,
 * whether the device repeats itself, and how many processes are fastest.
 * @param parallel how many to run at once, where a person has said so; then nothing is timed.
 * @param devices the GPUs that replicates are spread over, one at a time on each; none leaves them where the study says.
 * @param signal gives the preparation up.
 * @throws NoisefloorError what the data set, the network or TensorFlow refuse; `cancelled`.
 */
export async function prepareStudy(options: {
  study: Study;
  parallel: number | null;
  devices?: readonly string[];
  /** Whether to find out if the device repeats itself; a stored study has its implementation noise already. */
  judgesRepeatability: boolean;
  runTrial: TrialRunner;
  onEvent: RunListener;
  signal?: AbortSignal;
}): Promise<Preparation> {
  const { study, onEvent, devices = [] } = options;
  const runTrial = (given: TrialRequest, position = 0): Promise<TrialResult> =>
    options.runTrial(on(devices[position % devices.length], given), options.signal);
  const request = trialRequest(study, options.parallel === null ? timedSeconds : 0);
  onEvent({ type: 'preparing', message: 'Loading the data and taking the first steps' });
  const first = await runTrial(request);
  const results = [first];
  const measured: MeasuredParallelism[] = [{ processes: 1, examplesPerSecond: first.examplesPerSecond ?? 0 }];
  const replicates = study.replicates * study.variants.length;
  const most =
    options.parallel ??
    mostProcesses({
      replicates: devices.length === 0 ? replicates : Math.min(replicates, devices.length),
      // A GPU computes for its process.
      cores: devices.length === 0 ? availableParallelism() : devices.length * study.execution.threads,
      threads: study.execution.threads,
      freeBytes: freemem(),
      peakBytes: first.peakBytes,
    });
  let processes = options.parallel === null ? nextToMeasure(measured, most) : null;
  while (processes !== null) {
    onEvent({ type: 'preparing', message: `Measuring ${processes} processes at once` });
    const round = await Promise.all(
      Array.from({ length: processes }, (_, position) => runTrial(request, position)),
    );
    results.push(...round);
    const examplesPerSecond = round.reduce((sum, result) => sum + (result.examplesPerSecond ?? 0), 0);
    measured.push({ processes, examplesPerSecond });
    processes = nextToMeasure(measured, most);
  }
  if (options.judgesRepeatability && results.length === 1) {
    onEvent({ type: 'preparing', message: 'Checking that the device repeats itself' });
    results.push(await runTrial({ ...request, seconds: 0 }));
  }
  return {
    dataset: first.dataset,
    machine: first.machine,
    parameters: first.parameters,
    repeatability: options.judgesRepeatability
      ? judgeRepeatability(
          results.map((result) => result.fingerprints),
          comparedSteps,
        )
      : null,
    measured,
    parallel: options.parallel ?? bestParallelism(measured),
  };
}

function on(device: string | undefined, request: TrialRequest): TrialRequest {
  return device === undefined ? request : { ...request, execution: { ...request.execution, device } };
}

/** The first steps of a control replicate of the study, with nothing forced that the study does not force. */
function trialRequest(study: Study, seconds: number): TrialRequest {
  const control = paperVariants('device').filter((variant) => variant.name === 'IMPL');
  const [order] = planReplicates({ ...study, variants: control, replicates: 1 }, 'trial', null);
  if (order === undefined) {
    throw new RangeError('A study with one variant and one replicate plans one replicate.');
  }
  return { task: order.task, execution: order.execution, seeds: order.seeds, steps: comparedSteps, seconds };
}
