import type { StudyAtEpoch } from '../../analysis/studyAtEpoch.ts';
import type { StudyAnalysis } from '../../analysis/summary.ts';
import type { MeasuredCurves } from '../../figures/kinds/curves.ts';
import type { MeasuredStudy } from '../../figures/measured.ts';
import type { LibraryClient } from '../../library/client.ts';
import type { StudyDetail } from '../../library/studies.ts';
import { datasetKinds } from '../../study/datasetKinds.ts';
import type { Task } from '../../study/task.ts';
import type { AnalysisPool } from '../analysisPool.ts';
import { exclusionOf, readStudyAtEpoch } from '../readStudy.ts';

/** Where figures get their measures. */
export interface MeasureMeans {
  readonly library: LibraryClient;
  /** Measures a study, wherever that is done. */
  readonly analyse: (atEpoch: StudyAtEpoch) => Promise<StudyAnalysis>;
  /** Compares replicates. */
  readonly pool: AnalysisPool;
}

/** @param epoch counted from 0, or null for the last that was recorded. */
export async function readMeasured(
  { library, analyse }: MeasureMeans,
  study: StudyDetail,
  epoch: number | null,
): Promise<MeasuredStudy> {
  const revision = await library.studyRevision(study.id);
  const atEpoch = await readStudyAtEpoch(library, study.id, epoch);
  const accuracies = atEpoch.variants.map(({ name, replicates }) => {
    const dots = replicates.flatMap(({ index, accuracy }) =>
      accuracy === null ? [] : [{ replicate: index, value: accuracy }],
    );
    return [name, dots] as const;
  });
  return {
    ...(await describeTask(library, study)),
    revision,
    accuracies: new Map(accuracies),
    analysis: await analyse(atEpoch),
  };
}

/** What a study's task is called, and what figures look for in it. */
export async function describeTask(
  library: LibraryClient,
  { study, datasetHash }: StudyDetail,
): Promise<Pick<MeasuredStudy, 'task' | 'network' | 'dataset' | 'classes' | 'batchNorm' | 'datasetHash'>> {
  const identity = datasetHash === null ? null : (await library.dataset(datasetHash)).identity;
  const network = networkTitle(study.task);
  const kind = datasetKinds.find((each) => each.kind === study.task.dataset.kind)?.title;
  const dataset =
    typeof identity?.['name'] === 'string' ? identity['name'] : (kind ?? study.task.dataset.kind);
  const names = identity?.['classNames'];
  return {
    task: `${network}, ${dataset}`,
    network,
    dataset,
    classes: Array.isArray(names) ? names.length : null,
    batchNorm: study.task.network.name === 'smallcnn' ? study.task.network.batchNorm : null,
    datasetHash,
  };
}

function networkTitle({ network }: Task): string {
  if (network.name !== 'smallcnn') return 'ResNet18';
  return network.batchNorm ? 'SmallCNN with batch norm' : 'SmallCNN';
}

/** Test accuracy after every epoch of the replicates that count. */
export async function readCurves(library: LibraryClient, study: StudyDetail): Promise<MeasuredCurves> {
  const metrics = await library.metrics(study.id);
  const replicates = new Map(
    (await library.replicates(study.id)).map((replicate) => [replicate.id, replicate]),
  );
  const rows = metrics.replicateIds.flatMap((id, row) => {
    const replicate = replicates.get(id);
    return replicate === undefined || exclusionOf(replicate) !== null
      ? []
      : [{ row, variant: replicate.variant, index: replicate.index }];
  });
  const { epochs, testAccuracy } = metrics;
  const values = new Float64Array(rows.length * epochs);
  rows.forEach(({ row }, position) => {
    values.set(testAccuracy.subarray(row * epochs, (row + 1) * epochs), position * epochs);
  });
  return { epochs, values, replicates: rows.map(({ variant, index }) => ({ variant, index })) };
}
