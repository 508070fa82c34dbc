import type { StudyAnalysis } from '../analysis/summary.ts';
import { classNamesOf } from '../library/classNames.ts';
import type { LibraryClient } from '../library/client.ts';
import type { StoredDataset } from '../library/datasets.ts';
import type { ReplicatePredictions, StudyMetrics } from '../library/measurements.ts';
import type { Replicate } from '../library/replicates.ts';
import type { StudyDetail } from '../library/studies.ts';
import { decodeSafetensors } from '../results/safetensors.ts';
import type { SavedTensor } from '../results/record.ts';

/** A study as exporters read it. Replicates that are excluded do not count, and are not given back as results. */
export interface ExportedStudy {
  readonly detail: StudyDetail;
  /** All of them, in the order of the variants. */
  readonly replicates: readonly Replicate[];
  /** Those that are not excluded. */
  readonly counted: readonly Replicate[];
  /** Null where nothing is known of the data. */
  readonly dataset: StoredDataset | null;
  /** Null where the data set has none. */
  readonly classNames: readonly string[] | null;
  readonly metrics: StudyMetrics;
  /** Epochs whose predictions are given back, ascending. */
  readonly epochs: readonly number[];
  /** Every measure at the last of them; null where there are none. */
  readonly analysis: StudyAnalysis | null;
  /** Predictions of the replicates that count, after an epoch. */
  predictionsAt(epoch: number): Promise<ReplicatePredictions[]>;
  /** Epochs after which a replicate kept its weights, ascending. */
  checkpointsOf(replicate: string): Promise<number[]>;
  /** Tensors of a checkpoint, without the optimiser's state; null where it was not kept. */
  weightsOf(replicate: string, epoch: number): Promise<SavedTensor[] | null>;
}

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
    weightsOf: async (replicate, at) => {
      const stored = await library.checkpoint(replicate, at);
      if (stored === null) return null;
      const { tensors } = decodeSafetensors(stored.bytes, `the checkpoint of ${replicate} after epoch ${at}`);
      return tensors.filter(({ role }) => role !== 'optimizer');
    },
  };
}

/** Numbers of one epoch of one replicate. */
export interface EpochNumbers {
  readonly epoch: number;
  readonly learningRate: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly testLoss: number;
  readonly testAccuracy: number;
  readonly trainSeconds: number;
}

/** The recorded epochs of a replicate, ascending. */
export function epochsOf({ metrics }: ExportedStudy, replicate: string): EpochNumbers[] {
  const row = metrics.replicateIds.indexOf(replicate);
  if (row < 0) return [];
  return Array.from({ length: metrics.epochs }, (_, epoch) => {
    const at = (values: Float64Array): number => values[row * metrics.epochs + epoch] ?? Number.NaN;
    return {
      epoch,
      learningRate: at(metrics.learningRate),
      loss: at(metrics.loss),
      accuracy: at(metrics.accuracy),
      testLoss: at(metrics.testLoss),
      testAccuracy: at(metrics.testAccuracy),
      trainSeconds: at(metrics.trainSeconds),
    };
  }).filter(({ testAccuracy, loss }) => !(Number.isNaN(testAccuracy) && Number.isNaN(loss)));
}
