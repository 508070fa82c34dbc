import { continueStudy } from '../../src/host/continueStudy.ts';
import { atOnce, gpusOf, gpuSentence } from '../../src/host/gpuLanes.ts';
import { chooseImplementation, storedDataset, storeStudy } from '../../src/host/planStudy.ts';
import { prepareStudy } from '../../src/host/prepareStudy.ts';
import type { RunListener } from '../../src/host/runEvents.ts';
import { runStudy, type RunControl } from '../../src/host/runStudy.ts';
import type { LibraryClient } from '../../src/library/client.ts';
import type { StudyDetail } from '../../src/library/studies.ts';
import { deviceOf } from '../../src/scheduling/gpus.ts';
import { NoisefloorError } from '../../src/study/errors.ts';
import type { Study } from '../../src/study/study.ts';
import { exitCodes } from './errors.ts';
import { wholeNumber } from './options.ts';
import { printNote } from './output.ts';
import { runTrial, studyProcesses } from './processes.ts';
import { createRunReporter } from './terminal/runReporter.ts';

/** The largest number of processes that `--parallel` takes. */
const mostParallel = 1024;

/** The largest number of a GPU that `--devices` takes. */
const mostDevice = 99;

/**
 * The value of `--parallel`.
 * @throws NoisefloorError `invalid-parallel`.
 */
export function parseParallel(text: string | undefined): number | null {
  if (text === undefined) {
    return null;
  }
  const value = wholeNumber(text);
  if (!(value >= 1 && value <= mostParallel)) {
    throw new NoisefloorError(
      'invalid-parallel',
      `--parallel is "${text}"; it takes a whole number of processes from 1 to ${mostParallel}.`,
    );
  }
  return value;
}

/**
 * The value of `--devices`: numbers of GPUs with commas between them.
 * @throws NoisefloorError `invalid-devices`.
 */
export function parseDevices(text: string | undefined): number[] | null {
  if (text === undefined) {
    return null;
  }
  const numbers = text.split(',').map(wholeNumber);
  if (numbers.some((number) => !(number <= mostDevice)) || new Set(numbers).size < numbers.length) {
    throw new NoisefloorError(
      'invalid-devices',
      `--devices is "${text}"; it takes the numbers of GPUs as nvidia-smi lists them, with commas between them, each once: 0,1.`,
    );
  }
  return numbers;
}

/** Prepares, stores and runs a new study, showing how it goes. */
export async function runNewStudy(options: {
  library: LibraryClient;
  study: Study;
  choosesImplementation: boolean;
  parallel: number | null;
  devices?: readonly number[] | null;
}): Promise<StudyDetail> {
  const { library, parallel, devices: asked = null } = options;
  if (options.study.program !== undefined) return runNewProgram(options);
  return watched(async (onEvent, onControl) => {
    let { study } = options;
    const judgesRepeatability = options.choosesImplementation;
    const gpus = await gpusOf(study, asked);
    const devices = gpus.map(deviceOf);
    const given = { study, parallel, devices, judgesRepeatability };
    const preparation = await prepareStudy({ ...given, runTrial, onEvent });
    if (preparation.repeatability !== null) {
      const chosen = chooseImplementation(study, preparation.repeatability);
      study = chosen.study;
      onEvent({ type: 'note', message: chosen.sentence });
    }
    const { id, notes } = await storeStudy(library, study, storedDataset(preparation.dataset));
    const spread = gpuSentence(gpus);
    for (const message of spread === null ? notes : [...notes, spread]) {
      onEvent({ type: 'note', message });
    }
    return runStudy({
      library,
      study: id,
      processes: studyProcesses,
      devices,
      parallel: atOnce(parallel, gpus, asked, preparation.parallel),
      retryFailed: false,
      onEvent,
      onControl,
    });
  });
}

/** Nothing is tried out of a program of one's own before it runs. */
async function runNewProgram(options: {
  library: LibraryClient;
  study: Study;
  parallel: number | null;
  devices?: readonly number[] | null;
}): Promise<StudyDetail> {
  const { library, study, parallel, devices = null } = options;
  const { id, notes } = await storeStudy(library, study, null);
  for (const note of notes) printNote(note);
  return resumeStudy({ library, study: await library.study(id), parallel, devices });
}

/**
 * Goes on with a stored study, showing how it goes.
 * @param options.only the ids of the replicates to run; all that are not finished unless given.
 */
export async function resumeStudy(options: {
  library: LibraryClient;
  study: StudyDetail;
  parallel: number | null;
  devices?: readonly number[] | null;
  only?: readonly string[];
}): Promise<StudyDetail> {
  const { library, study, parallel, devices = null, only = null } = options;
  return watched((onEvent, onControl) =>
    continueStudy({
      library,
      study,
      only,
      parallel,
      devices,
      preparation: null,
      retryFailed: true,
      processes: studyProcesses,
      runTrial,
      onEvent,
      onControl,
    }),
  );
}

/** Shows the events of a run, and lets Ctrl-C end it: once in good order, twice at once. */
async function watched(
  run: (onEvent: RunListener, onControl: (control: RunControl) => void) => Promise<StudyDetail>,
): Promise<StudyDetail> {
  const reporter = createRunReporter();
  let control: RunControl | null = null;
  let interruptions = 0;
  const interrupt = (): void => {
    interruptions += 1;
    process.exitCode = exitCodes.interrupted;
    if (control === null) {
      reporter.close();
      process.exit(exitCodes.interrupted);
    }
    if (interruptions === 1) {
      reporter.event({
        type: 'note',
        message: 'Stopping after the step at hand; finished epochs are kept. Ctrl-C again ends at once.',
      });
      control.stop();
    } else {
      control.kill();
    }
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  try {
    return await run(
      (event) => {
        reporter.event(event);
      },
      (given) => {
        control = given;
      },
    );
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
    reporter.close();
  }
}

/** Says how a run left a study, and sets the exit code that goes with it. */
export function reportRunEnd(study: StudyDetail): void {
  const { counts } = study;
  const unfinished = counts.planned + counts.stopped + counts.running;
  if (counts.diverged > 0) {
    printNote(
      `${counts.diverged} of ${study.replicates} replicates diverged; they do not count in the analysis.`,
    );
  }
  if (counts.failed > 0) {
    process.exitCode ??= exitCodes.failed;
    printNote(
      `${counts.failed} of ${study.replicates} replicates failed. "noisefloor show ${study.id}" says why.`,
    );
  }
  if (unfinished > 0) {
    printNote(
      `${unfinished} of ${study.replicates} replicates are not finished. Go on with "noisefloor resume ${study.id}".`,
    );
  }
}
