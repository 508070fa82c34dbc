import type { LibraryClient } from '../library/client.ts';
import type { StudyDetail } from '../library/studies.ts';
import { NoisefloorError } from '../study/errors.ts';
import { refuseImported } from '../study/origin.ts';
import { prepareStudy, type Preparation, type TrialRunner } from './prepareStudy.ts';
import type { RunListener } from './runEvents.ts';
import { outcomeOf, runStudy, type RunControl } from './runStudy.ts';
import type { StudyProcesses } from './studyRunner.ts';

/**
 * Prepares a stored study, unless that was done just now, and runs whatever it has not finished.
 * @param parallel how many replicates run at once; null measures what is fastest, where nothing was measured yet and more
 *   than one is left.
 * @param only the ids of the replicates to run; null is all that are not finished.
 * @param signal gives the preparation up.
 * @returns the study as it then is.
 * @throws NoisefloorError `dataset-changed` where the data are not those that the study was planned on, `cancelled`, and
 *   what {@link prepareStudy} and {@link runStudy} throw.
 */
export async function continueStudy(options: {
  library: LibraryClient;
  study: StudyDetail;
  parallel: number | null;
  preparation: Preparation | null;
  retryFailed: boolean;
  only?: readonly string[] | null;
  processes: StudyProcesses;
  runTrial: TrialRunner;
  onEvent: RunListener;
  onControl: (control: RunControl) => void;
  signal?: AbortSignal;
}): Promise<StudyDetail> {
  refuseImported(options.study.study);
  const { library, study, retryFailed, only = null, processes, onEvent, onControl } = options;
  const left = (await library.replicates(study.id)).filter(
    (replicate) => outcomeOf(replicate, retryFailed, only) === null,
  );
  if (options.signal?.aborted === true) {
    throw new NoisefloorError('cancelled', 'The run was given up before it was prepared.');
  }
  // Where one is left there is nothing to compare.
  const parallel = options.parallel ?? (left.length <= 1 ? 1 : null);
  const preparation =
    options.preparation ??
    (await prepareStudy({ ...options, parallel, study: study.study, judgesRepeatability: false }));
  if (study.datasetHash !== null && preparation.dataset.hash !== study.datasetHash) {
    throw new NoisefloorError(
      'dataset-changed',
      `The data of ${study.name} have changed since it was planned (hash ${preparation.dataset.hash}, planned on ${study.datasetHash}). Put the data back, or plan a new study.`,
    );
  }
  return runStudy({
    library,
    study: study.id,
    processes,
    parallel: parallel ?? preparation.parallel,
    retryFailed,
    only,
    onEvent,
    onControl,
  });
}
