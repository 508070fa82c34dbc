import { networkSize } from '../../networks/networkSize.ts';
import { trainingMemory, type TrainingMemory } from '../../networks/trainingMemory.ts';
import type { DatasetFacts } from '../../study/datasetFacts.ts';
import { recordedBytes, type NetworkSize } from '../../study/recordedSize.ts';
import type { Study } from '../../study/study.ts';
import { estimateTime, type MeasuredPace, type TimeEstimate } from './trainingPace.ts';

/** What a study needs before it runs, as far as it can be known. */
export interface StudyNeeds {
  readonly network: NetworkSize;
  readonly time: TimeEstimate;
  /** Bytes that its replicates record: the result folders and the library hold as much each. */
  readonly bytes: number;
  /** Of one replicate. */
  readonly memory: TrainingMemory;
}

/**
 * Counts what a study needs, or a part of its replicates.
 * @param part of its replicates that is still to be trained; 1 is all.
 * @returns null where the images are too small for the network.
 */
export function studyNeeds(
  study: Study,
  facts: DatasetFacts,
  paces: readonly MeasuredPace[],
  part = 1,
): StudyNeeds | null {
  const { examples, shape, classes } = facts;
  const network = networkSize(study.task.network, shape, classes);
  if (network === null) return null;
  const epochs = study.replicates * study.variants.length * study.task.recipe.epochs;
  const { answers = 1 } = facts;
  const data = { trainExamples: examples.train, testExamples: examples.test, classes, answers };
  return {
    network,
    time: estimateTime(study, facts, part * epochs, paces),
    bytes: 2 * part * recordedBytes(study, data, network),
    memory: trainingMemory(study, { shape, count: examples.train + examples.test, classes }, network),
  };
}
