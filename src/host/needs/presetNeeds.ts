import type { DatasetFacts } from '../../study/datasetFacts.ts';
import { datasetFacts } from '../../study/datasetFacts.ts';
import type { Preset, PresetNeed } from '../../study/preset.ts';
import { openNeeds, withKnownData, withPlaceOfData } from '../../study/presets.ts';
import type { Study } from '../../study/study.ts';
import type { DatasetReference } from '../../study/task.ts';
import type { KnownDataset } from '../datasets/knownDatasets.ts';
import { studyNeeds, type StudyNeeds } from './studyNeeds.ts';
import type { MeasuredPace } from './trainingPace.ts';

/** A preset with what it needs on this machine. */
export interface DescribedPreset extends Preset {
  /** Its data: shipped or made, in their place, or still to be given. */
  readonly data: {
    readonly isHere: boolean;
    readonly path: string | null;
    readonly open: readonly PresetNeed[];
  };
  /** Null where the data say how large they are only when they are read. */
  readonly estimate: StudyNeeds | null;
}

/**
 * What a preset needs before anything starts.
 * @param means.studyOf the study that `run` would make of it.
 */
export async function describePreset(
  preset: Preset,
  means: {
    known: readonly KnownDataset[];
    paces: readonly MeasuredPace[];
    studyOf: (preset: Preset) => Promise<Study>;
  },
): Promise<DescribedPreset> {
  const filled = withKnownData(
    preset,
    means.known.map(({ dataset }) => dataset),
  );
  const open = openNeeds(filled);
  const study = await means.studyOf(open.length === 0 ? filled : withPlaceOfData(filled));
  const { dataset } = study.task;
  const facts = factsOf(dataset, means.known);
  const path = 'path' in dataset && open.length === 0 ? dataset.path : null;
  return {
    ...filled,
    data: { isHere: open.length === 0, path, open },
    estimate: facts === null ? null : studyNeeds(study, facts, means.paces),
  };
}

/** How large data are: by their kind, or as they were when they were added. */
function factsOf(dataset: DatasetReference, known: readonly KnownDataset[]): DatasetFacts | null {
  const added = known.find(
    (each) => 'path' in dataset && 'path' in each.dataset && each.dataset.path === dataset.path,
  );
  return added ?? datasetFacts(dataset);
}
