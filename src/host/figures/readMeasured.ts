import type { StudyAnalysis } from '../../analysis/summary.ts';
import type { Dot } from '../../figures/chart.ts';
import type { MeasuredPartings } from '../../figures/kinds/certificate.ts';
import type { MeasuredChurn } from '../../figures/kinds/churn.ts';
import type { MeasuredCurves } from '../../figures/kinds/curves.ts';
import type { MeasuredSubgroups } from '../../figures/kinds/subgroups.ts';
import type { MeasuredStudy } from '../../figures/measured.ts';
import type { LibraryClient } from '../../library/client.ts';
import type { StudyDetail } from '../../library/studies.ts';
import { programTitle } from '../../study/programCommand.ts';
import { networkTitle } from '../../networks/catalogue.ts';
import { datasetKinds } from '../../study/datasetKinds.ts';
import type { Task } from '../../study/task.ts';
import { accuracyOf, exclusionOf } from '../readStudy.ts';

/** Where figures get their measures: the same as every page and command, kept or computed. */
export interface FigureMeasures {
  readonly library: LibraryClient;
  /** At an epoch counted from 0, or null for the last that was recorded. */
  measured(study: StudyDetail, epoch: number | null): Promise<MeasuredStudy>;
  churn(study: StudyDetail, epoch: number): Promise<MeasuredChurn>;
  curves(study: StudyDetail): Promise<MeasuredCurves>;
  /** @throws NoisefloorError `attributes-unknown`. */
  subgroups(study: StudyDetail, epoch: number): Promise<MeasuredSubgroups>;
  partings(study: StudyDetail, epoch: number): Promise<MeasuredPartings>;
}

/** An analysis with what figures need to know beside it. */
export async function readMeasured(
  library: LibraryClient,
  study: StudyDetail,
  analysis: StudyAnalysis,
): Promise<MeasuredStudy> {
  return {
    ...(await describeTask(library, study)),
    revision: await library.studyRevision(study.id),
    accuracies: await replicateAccuracies(library, study, analysis.epoch),
    analysis,
  };
}

/** Test accuracy of the replicates that count, counted from their predictions, by variant. */
async function replicateAccuracies(
  library: LibraryClient,
  { id, datasetHash }: StudyDetail,
  epoch: number,
): Promise<Map<string, Dot[]>> {
  const accuracies = new Map<string, Dot[]>();
  if (datasetHash === null) return accuracies;
  const { testLabels } = await library.dataset(datasetHash);
  const counting = await countingReplicates(library, id);
  for (const { replicateId, variant, index, classes } of await library.predictionsAt(id, epoch)) {
    if (!counting.has(replicateId)) continue;
    const dot = { replicate: index, value: accuracyOf(classes, testLabels) };
    accuracies.set(variant, [...(accuracies.get(variant) ?? []), dot]);
  }
  return accuracies;
}

async function countingReplicates(
  library: LibraryClient,
  study: string,
): Promise<ReadonlyMap<string, { variant: string; index: number }>> {
  const replicates = await library.replicates(study);
  return new Map(
    replicates.flatMap((replicate) =>
      exclusionOf(replicate) === null ? [[replicate.id, replicate] as const] : [],
    ),
  );
}

/** What a study's task is called, and what figures look for in it. */
export async function describeTask(
  library: LibraryClient,
  { study, datasetHash }: StudyDetail,
): Promise<
  Pick<MeasuredStudy, 'task' | 'network' | 'classes' | 'batchNorm' | 'hasAttributes' | 'datasetHash'>
> {
  const identity = datasetHash === null ? null : (await library.dataset(datasetHash)).identity;
  const { origin, program } = study;
  const known = identity?.['name'];
  const name = typeof known === 'string' ? known : null;
  const classes = identity?.['classes'];
  const kind = datasetKinds.find((each) => each.kind === study.task.dataset.kind)?.title;
  const network =
    program !== undefined
      ? programTitle(program)
      : origin === undefined || origin.network !== null
        ? titleOf(study.task)
        : 'unknown network';
  const dataset =
    origin?.dataset ?? name ?? (program === undefined ? (kind ?? study.task.dataset.kind) : null);
  const hasNorm =
    program === undefined && study.task.network.name === 'smallcnn' ? study.task.network.batchNorm : null;
  return {
    task: dataset === null ? network : `${network}, ${dataset}`,
    network,
    classes: typeof classes === 'number' ? classes : null,
    batchNorm: hasNorm,
    hasAttributes: Array.isArray(identity?.['attributeNames']),
    datasetHash,
  };
}

function titleOf({ network }: Task): string {
  const title = networkTitle(network);
  if (network.name === 'mediumcnn') return `${title} ${network.kernel} x ${network.kernel}`;
  return network.name === 'smallcnn' && network.batchNorm ? `${title} with batch norm` : title;
}

/** Test accuracy after every epoch of the replicates that count. */
export async function readCurves(library: LibraryClient, study: StudyDetail): Promise<MeasuredCurves> {
  const { replicateIds, epochs, testAccuracy } = await library.metrics(study.id);
  const counting = await countingReplicates(library, study.id);
  const rows = replicateIds.flatMap((id, row) => {
    const replicate = counting.get(id);
    return replicate === undefined ? [] : [{ row, variant: replicate.variant, index: replicate.index }];
  });
  const values = new Float64Array(rows.length * epochs);
  rows.forEach(({ row }, position) => {
    values.set(testAccuracy.subarray(row * epochs, (row + 1) * epochs), position * epochs);
  });
  return { epochs, values, replicates: rows.map(({ variant, index }) => ({ variant, index })) };
}
