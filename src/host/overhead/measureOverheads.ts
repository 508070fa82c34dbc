import { compareSettings, type ComparedSetting } from '../../analysis/overheads.ts';
import { measureOverhead, type OverheadSetting, type OverheadTrial } from '../../determinism/overhead.ts';
import type { LibraryClient } from '../../library/client.ts';
import { newStudyId } from '../../library/studyId.ts';
import { smallestImageSide } from '../../networks/catalogue.ts';
import type { OverheadModel, OverheadPreset } from '../../study/overheadPresets.ts';
import { NoisefloorError } from '../../study/errors.ts';
import { taskSchema, type Task } from '../../study/task.ts';
import type { TrialRunner } from '../prepareStudy.ts';

/** A trial that went wrong: of its network alone, and not of what records it. */
class FailedTrial extends Error {}

/** Classes of ImageNet, for which the paper's networks are built. */
const classes = 1000;

export interface MeasuredModel {
  readonly model: string;
  /** The first is what the others are compared with. */
  readonly settings: readonly ComparedSetting[];
  /** Why it could not be timed; null where it was. */
  readonly failure: string | null;
}

/**
 * Times every network of a preset under every setting, and records each trial in the library when it has ended.
 * @param options.models those of the preset that are wanted.
 * @param options.onModel told of each network before it is timed.
 * @returns the id of the measurement, and how the settings compare.
 */
export async function measureOverheads(options: {
  library: LibraryClient;
  preset: OverheadPreset;
  models: readonly OverheadModel[];
  settings: readonly OverheadSetting[];
  rounds: number;
  runTrial: TrialRunner;
  onModel: (model: OverheadModel, position: number) => void;
  onTrial: (model: OverheadModel, trial: OverheadTrial) => void;
  /** Told of a network that could not be timed, and why; the others go on. */
  onFailure: (model: OverheadModel, reason: string) => void;
}): Promise<{ id: string; models: MeasuredModel[] }> {
  const { library, preset, settings, rounds } = options;
  const { iterations, warmUp, batchSize, side } = preset;
  const id = newStudyId(preset.name);
  const tasks = options.models.map((model) => ({ model, task: taskOf(model, preset) }));
  await library.createOverhead({
    ...{ id, preset: preset.name },
    definition: {
      ...{ iterations, warmUp, batchSize, side, rounds, settings },
      models: tasks.map(({ model, task }) => ({ name: model.name, task })),
    },
  });
  const models: MeasuredModel[] = [];
  for (const [position, { model, task }] of tasks.entries()) {
    options.onModel(model, position);
    const trials: OverheadTrial[] = [];
    let failure: string | null = null;
    try {
      await measureOverhead({
        request: { task, seeds, iterations: { warmUp, timed: iterations } },
        ...{ settings, rounds },
        runTrial: (request) => options.runTrial(request).catch(refuseTrial),
        onTrial: async (trial) => {
          await library.addOverheadTrial(id, { model: model.name, ...trial });
          trials.push(trial);
          options.onTrial(model, trial);
        },
      });
    } catch (error) {
      // A network that this machine has not the memory for keeps none of the others from being timed.
      if (!(error instanceof FailedTrial)) throw error;
      failure = error.message;
      await library.failOverhead(id, { model: model.name, reason: failure });
      options.onFailure(model, failure);
    }
    const names = settings.map(({ name }) => name);
    models.push({ model: model.name, settings: compareSettings(names, trials), failure });
  }
  return { id, models };
}

/** @throws FailedTrial for what ails the trial, and anything else as it is. */
function refuseTrial(error: unknown): never {
  if (error instanceof NoisefloorError && error.code !== 'cancelled') {
    throw new FailedTrial(error.message, { cause: error });
  }
  throw error;
}

const seeds = { initialisation: 0, order: 0, augmentation: 0, dropout: 0, accumulationOrder: null };

function taskOf({ network }: OverheadModel, { side, batchSize }: OverheadPreset): Task {
  const pixels = Math.max(side, network.name === 'keras-file' ? 1 : smallestImageSide(network.name));
  return taskSchema.parse({
    dataset: {
      ...{ kind: 'generated', classes, height: pixels, width: pixels, channels: 3 },
      ...{ train: 2 * batchSize, test: 2 },
    },
    network,
    recipe: {
      ...{ optimizer: { name: 'adam' }, learningRate: { base: 1e-3 }, batchSize, epochs: 1 },
      ...{ shuffle: { kind: 'none' }, lastBatch: 'short' },
    },
  });
}
