import type { LibraryClient } from '../library/client.ts';
import type { Replicate } from '../library/replicates.ts';
import type { StudyDetail } from '../library/studies.ts';
import type { RunListener } from './runEvents.ts';
import type { ReplicateOutcome } from '../scheduling/replicateProcess.ts';
import { StudyRunner, type StudyProcesses } from './studyRunner.ts';

/** Steers a run: `stop` ends it after the steps at hand, `kill` at once; the rest is about one replicate, by its id. */
export interface RunControl {
  stop: () => void;
  kill: () => void;
  /** Stops one replicate after its step, or does not start it; the others go on. */
  cancelReplicate: (id: string) => void;
  /** Runs one after all that was cancelled or has failed. */
  retryReplicate: (id: string) => void;
}

/**
 * Runs the unfinished replicates of a stored study, whoever stored it, until none is left or it is stopped.
 * @param parallel how many replicates run at once.
 * @param devices what replicates are spread over; see {@link StudyRunner}.
 * @param retryFailed whether replicates that failed before are tried again.
 * @param only the ids of the replicates to run; null is all that are not finished.
 * @param onControl given the means to end the run as soon as there is one.
 * @returns the study as it then is.
 * @throws NoisefloorError `study-unknown`, or what keeps results from being recorded.
 */
export async function runStudy(options: {
  library: LibraryClient;
  study: string;
  processes: StudyProcesses;
  parallel: number;
  devices?: readonly string[];
  retryFailed: boolean;
  only?: readonly string[] | null;
  onEvent: RunListener;
  onControl: (control: RunControl) => void;
}): Promise<StudyDetail> {
  const { library, onEvent, only = null } = options;
  const { id, name, study } = await library.study(options.study);
  const replicates = await library.replicates(id);
  onEvent({
    type: 'planned',
    at: new Date().toISOString(),
    study: { id, name },
    replicates: replicates.map((replicate) => ({
      id: replicate.id,
      variant: replicate.variant,
      index: replicate.index,
      finishedEpochs: replicate.epochs,
      outcome: outcomeOf(replicate, options.retryFailed, only),
    })),
    epochs: study.task.recipe.epochs,
    parallel: options.parallel,
  });
  const runner = new StudyRunner({
    library,
    studyId: id,
    processes: options.processes,
    parallel: options.parallel,
    devices: options.devices ?? [],
    only,
    onEvent,
  });
  options.onControl({
    stop: () => {
      runner.stop();
    },
    kill: () => {
      runner.kill();
    },
    cancelReplicate: (id) => {
      runner.cancel(id);
    },
    retryReplicate: (id) => {
      runner.retry(id);
    },
  });
  await runner.run(options.retryFailed);
  return library.study(id);
}

/** How a replicate has ended that this run leaves as it is; null where it will run. */
export function outcomeOf(
  { id, status, excludedReason }: Replicate,
  retryFailed: boolean,
  only: readonly string[] | null,
): ReplicateOutcome | null {
  if (status === 'finished' || status === 'diverged' || (status === 'failed' && !retryFailed)) {
    return status;
  }
  return excludedReason === null && (only === null || only.includes(id)) ? null : 'stopped';
}
