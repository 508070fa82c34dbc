import type { StudyAnalysis } from '../analysis/summary.ts';
import type { ExportedStudy } from '../interchange/exportedStudy.ts';
import { classNamesOf } from '../library/classNames.ts';
import type { LibraryClient } from '../library/client.ts';
import type { StudyDetail } from '../library/studies.ts';
import { checkpointTensors } from './checkpointTensors.ts';

/** @param epoch the only one whose predictions are given back; null for all. */
export async function readExportedStudy(
  library: LibraryClient,
  detail: StudyDetail,
  { epoch, analysis }: { epoch: number | null; analysis: StudyAnalysis | null },
): Promise<ExportedStudy> {
  const position = new Map(detail.variants.map(({ name }, index) => [name, index]));
  const replicates = (await library.replicates(detail.id)).toSorted(
    (one, other) =>
      (position.get(one.variant) ?? 0) - (position.get(other.variant) ?? 0) || one.index - other.index,
  );
  const dataset = detail.datasetHash === null ? null : await library.dataset(detail.datasetHash);
  const recorded = new Set((await library.predictionEpochs(detail.id)).map((row) => row.epoch));
  return {
    detail,
    replicates,
    counted: replicates.filter(({ excludedReason }) => excludedReason === null),
    dataset,
    classNames: dataset === null ? null : classNamesOf(dataset.identity),
    metrics: await library.metrics(detail.id),
    epochs: epoch === null ? [...recorded].toSorted((one, other) => one - other) : [epoch],
    analysis,
    predictionsAt: (at) => library.predictionsAt(detail.id, at),
    checkpointsOf: async (replicate) =>
      (await library.checkpointEpochs(replicate)).map((checkpoint) => checkpoint.epoch),
    weightsOf: async (replicate, at) =>
      (await checkpointTensors(library, replicate, at))?.filter(({ role }) => role !== 'optimizer') ?? null,
  };
}
