import { churnMatrix } from '../analysis/churnMatrix.ts';
import { predictionsFromRows } from '../analysis/predictions.ts';
import type { LibraryClient } from '../library/client.ts';
import type { ReplicatePredictions } from '../library/measurements.ts';
import type { StudyDetail } from '../library/studies.ts';
import type { AnalysisPool } from './analysisPool.ts';
import type { GroupChurn, PredictionGroup, VariantEpochChurn } from './analysisWorker.ts';

/** Churn within variants, between them, and of any two replicates. */
export interface ChurnAtEpoch extends GroupChurn {
  /** Counted from 0. */
  readonly epoch: number;
  /** Rows and columns of the matrix. */
  readonly replicates: readonly { readonly id: string; readonly variant: string; readonly index: number }[];
  /** Churn of every two replicates, whatever their variants: the condensed upper triangle (see `pairIndex`). */
  readonly matrix: Float64Array;
}

/** The churn of a study after an epoch; where nothing was recorded then, there are no replicates. */
export async function churnAtEpoch(
  library: LibraryClient,
  pool: AnalysisPool,
  study: StudyDetail,
  epoch: number,
): Promise<ChurnAtEpoch> {
  const rows = await library.predictionsAt(study.id, epoch);
  return {
    epoch,
    replicates: rows.map(({ replicateId, variant, index }) => ({ id: replicateId, variant, index })),
    matrix: await matrixOf(pool, rows),
    ...(await pool.compute('churn', groupsOf(study, rows))),
  };
}

/** Churn within each variant of a study after an epoch; variants without predictions then have null. */
export async function epochChurn(
  library: LibraryClient,
  pool: AnalysisPool,
  study: StudyDetail,
  epoch: number,
): Promise<readonly VariantEpochChurn[]> {
  const groups = groupsOf(study, await library.predictionsAt(study.id, epoch));
  return pool.compute('epochChurn', { epoch, groups });
}

/** Every epoch at which a replicate that counts has predictions, ascending. */
export async function recordedEpochs(library: LibraryClient, study: string): Promise<number[]> {
  const epochs = (await library.predictionEpochs(study)).map(({ epoch }) => epoch);
  return [...new Set(epochs)].sort((left, right) => left - right);
}

function groupsOf(study: StudyDetail, rows: readonly ReplicatePredictions[]): PredictionGroup[] {
  return study.variants.map(({ name }) => ({
    name,
    rows: rows.filter(({ variant }) => variant === name).map(({ classes }) => classes),
  }));
}

async function matrixOf(pool: AnalysisPool, rows: readonly ReplicatePredictions[]): Promise<Float64Array> {
  if (rows.length === 0) {
    return new Float64Array();
  }
  const predictions = predictionsFromRows(rows.map(({ classes }) => classes));
  return churnMatrix(predictions, await pool.disagreements(predictions));
}
