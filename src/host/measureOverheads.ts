import { overheadRatio, type OverheadRatio } from '../analysis/overheadRatio.ts';
import { mean } from '../analysis/mean.ts';
import { measureOverhead, type OverheadSetting, type OverheadTrial } from '../determinism/overhead.ts';
import type { LibraryClient } from '../library/client.ts';
import { newStudyId } from '../library/studyId.ts';
import { smallestImageSide } from '../networks/catalogue.ts';
import type { OverheadModel, OverheadPreset } from '../study/overheadPresets.ts';
import { taskSchema, type Task } from '../study/task.ts';
import type { TrialRunner } from './prepareStudy.ts';

/** Classes of ImageNet, for which the paper's networks are built. */
const classes = 1000;

/** How one setting compares with the first. */
export interface MeasuredSetting extends OverheadRatio {
  readonly setting: string;
  /** Mean over the rounds, of all timed steps. */
  readonly seconds: number | null;
  /** The largest over the rounds. */
  readonly peakBytes: number;
}

export interface MeasuredModel {
  readonly model: string;
  /** The first is what the others are compared with. */
  readonly settings: readonly MeasuredSetting[];
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
    const trials = await measureOverhead({
      request: { task, seeds, iterations: { warmUp, timed: iterations } },
      ...{ settings, rounds, runTrial: options.runTrial },
      onTrial: async (trial) => {
        await library.addOverheadTrial(id, { model: model.name, ...trial });
        options.onTrial(model, trial);
      },
    });
    models.push({ model: model.name, settings: compareSettings(settings, trials) });
  }
  return { id, models };
}

/** How every setting compares with the first. */
export function compareSettings(
  settings: readonly Pick<OverheadSetting, 'name'>[],
  trials: readonly Pick<OverheadTrial, 'setting' | 'round' | 'seconds' | 'peakBytes'>[],
): MeasuredSetting[] {
  const of = (name: string | undefined) =>
    trials.filter(({ setting }) => setting === name).toSorted((one, other) => one.round - other.round);
  const baseline = of(settings[0]?.name).map(({ seconds }) => seconds);
  return settings.map(({ name }) => {
    const mine = of(name);
    const seconds = mine.map((trial) => trial.seconds);
    return {
      ...{ setting: name, seconds: mean(seconds) },
      peakBytes: mine.reduce((most, { peakBytes }) => Math.max(most, peakBytes), 0),
      ...overheadRatio(baseline, seconds),
    };
  });
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
