import type { LibraryClient } from '../library/client.ts';
import type { StudyDetail } from '../library/studies.ts';
import { NoisefloorError } from '../study/errors.ts';
import { deviceOf } from '../scheduling/gpus.ts';
import { atOnce, gpusOf, gpuSentence } from './gpuLanes.ts';
import { refuseImported } from '../study/origin.ts';
import { programSentence } from '../study/programCommand.ts';
import { prepareStudy, type Preparation, type TrialRunner } from './prepareStudy.ts';
import type { RunListener } from './runEvents.ts';
import { outcomeOf, runStudy, type RunControl } from './runStudy.ts';
import type { StudyProcesses } from './studyRunner.ts';

interface ContinuedStudy {
  library: LibraryClient;
  study: StudyDetail;
  parallel: number | null;
  devices?: readonly number[] | null;
  preparation: Preparation | null;
  retryFailed: boolean;
  only?: readonly string[] | null;
  processes: StudyProcesses;
  runTrial: TrialRunner;
  onEvent: RunListener;
  onControl: (control: RunControl) => void;
  signal?: AbortSignal;
}

/**
 * Prepares a stored study, unless that was done just now, and runs whatever it has not finished.
 * @param parallel how many replicates run at once; null measures what is fastest, where nothing was measured yet and more
 *   than one is left.
 * @param devices numbers of the GPUs to spread replicates over; null for those that the study's device means.
 * @param only the ids of the replicates to run; null is all that are not finished.
 * @param signal gives the preparation up.
 * @returns the study as it then is.
 * @throws NoisefloorError `invalid-devices`, `device-unavailable`, `dataset-changed` where the data are not those that the study was planned on, `cancelled`, and
 *   what {@link prepareStudy} and {@link runStudy} throw.
 */
export async function continueStudy(options: ContinuedStudy): Promise<StudyDetail> {
  refuseImported(options.study.study);
  const { library, study, retryFailed, only = null, processes, onEvent, onControl } = options;
  const left = (await library.replicates(study.id)).filter(
    (replicate) => outcomeOf(replicate, retryFailed, only) === null,
  );
  if (options.signal?.aborted === true) {
    throw new NoisefloorError('cancelled', 'The run was given up before it was prepared.');
  }
  const { devices: asked = null } = options;
  const gpus = await gpusOf(study.study, asked);
  const devices = gpus.map(deviceOf);
  const measured =
    study.study.program === undefined
      ? await measuredParallel(options, left.length, devices)
      : Math.max(1, gpus.length);
  const { program } = study.study;
  if (program !== undefined) onEvent({ type: 'note', message: programSentence(program) });
  const sentence = gpuSentence(gpus);
  if (sentence !== null) onEvent({ type: 'note', message: sentence });
  return runStudy({
    library,
    study: study.id,
    processes,
    devices,
    parallel: atOnce(options.parallel, gpus, asked, measured),
    retryFailed,
    only,
    onEvent,
    onControl,
  });
}

/** How many replicates are fastest at once, found out unless that was done just now. */
async function measuredParallel(
  options: ContinuedStudy,
  left: number,
  devices: readonly string[],
): Promise<number> {
  const { study } = options;
  // Where one is left there is nothing to compare.
  const parallel = options.parallel ?? (left <= 1 ? 1 : null);
  const preparation =
    options.preparation ??
    (await prepareStudy({ ...options, parallel, devices, study: study.study, judgesRepeatability: false }));
  if (study.datasetHash !== null && preparation.dataset.hash !== study.datasetHash) {
    throw new NoisefloorError(
      'dataset-changed',
      `The data of ${study.name} have changed since it was planned (hash ${preparation.dataset.hash}, planned on ${study.datasetHash}). Put the data back, or plan a new study.`,
    );
  }
  return preparation.parallel;
}
