import { crossChurn, flipRates } from '../analysis/churn.ts';
import { churnByEpoch, churnOf, type EpochChurn, type EpochPredictions } from '../analysis/churnByEpoch.ts';
import { churnMatrix } from '../analysis/churnMatrix.ts';
import { pairIndex } from '../analysis/disagreement.ts';
import type { PairMean } from '../analysis/pairMean.ts';
import { predictionsFromRows } from '../analysis/predictions.ts';
import type { LibraryClient } from '../library/client.ts';
import type { ReplicatePredictions } from '../library/measurements.ts';
import { AnalysisPool } from './analysisPool.ts';
import { lastRecordedEpoch } from './readStudy.ts';

export interface VariantChurn {
  name: string;
  replicates: number;
  churn: PairMean;
  /** The same after every epoch that was recorded; epochs count from 0. */
  perEpoch: EpochChurn[];
  /** For each test example, the fraction of pairs of replicates that disagree on it; null below two replicates. */
  flipRates: number[] | null;
}

export interface ChurnDetail {
  study: { id: string; name: string };
  epoch: number;
  variants: VariantChurn[];
  /** Mean churn between a replicate of one variant and one of another, for every two variants. */
  between: { first: string; second: string; churn: number | null }[];
  /** Rows and columns of the matrix. */
  replicates: { variant: string; index: number }[];
  /** Churn of every two replicates of the study, whatever their variants; symmetric, zero on its diagonal. */
  matrix: number[][];
}

/**
 * Churn of a study in every detail: by variant and epoch, by example, and between any two replicates.
 * @param study a name, an id or a unique beginning of either.
 * @param epoch counted from 0, or null for the last that was recorded.
 * @throws NoisefloorError `study-unknown`, `study-ambiguous`, `nothing-recorded`.
 */
export async function churnDetail(
  library: LibraryClient,
  study: string,
  epoch: number | null,
): Promise<ChurnDetail> {
  const detail = await library.study(study);
  const chosen = epoch ?? (await lastRecordedEpoch(library, detail));
  const epochs = [...new Set((await library.predictionEpochs(detail.id)).map((row) => row.epoch))].sort(
    (left, right) => left - right,
  );
  const recorded = new Map<string, EpochPredictions[]>(detail.variants.map(({ name }) => [name, []]));
  for (const at of epochs) {
    for (const [name, rows] of byVariant(await library.predictionsAt(detail.id, at))) {
      recorded.get(name)?.push({ epoch: at, rows });
    }
  }
  const atEpoch = await library.predictionsAt(detail.id, chosen);
  const groups = byVariant(atEpoch);
  return {
    study: { id: detail.id, name: detail.name },
    epoch: chosen,
    variants: detail.variants.map(({ name }) => {
      const rows = groups.get(name) ?? [];
      const rates = rows.length === 0 ? null : flipRates(predictionsFromRows(rows));
      return {
        name,
        replicates: rows.length,
        churn: churnOf(rows),
        perEpoch: churnByEpoch(recorded.get(name) ?? []),
        flipRates: rates === null ? null : Array.from(rates),
      };
    }),
    between: churnBetween(groups),
    replicates: atEpoch.map(({ variant, index }) => ({ variant, index })),
    matrix: await squareMatrix(atEpoch),
  };
}

function byVariant(
  predictions: readonly ReplicatePredictions[],
): Map<string, ReplicatePredictions['classes'][]> {
  const groups = new Map<string, ReplicatePredictions['classes'][]>();
  for (const { variant, classes } of predictions) {
    groups.set(variant, [...(groups.get(variant) ?? []), classes]);
  }
  return groups;
}

function churnBetween(
  groups: ReadonlyMap<string, readonly ReplicatePredictions['classes'][]>,
): ChurnDetail['between'] {
  const variants = [...groups].map(([name, rows]) => ({ name, predictions: predictionsFromRows(rows) }));
  return variants.flatMap((first, position) =>
    variants.slice(position + 1).map((second) => ({
      first: first.name,
      second: second.name,
      churn: crossChurn(first.predictions, second.predictions),
    })),
  );
}

async function squareMatrix(rows: readonly ReplicatePredictions[]): Promise<number[][]> {
  if (rows.length === 0) {
    return [];
  }
  const predictions = predictionsFromRows(rows.map(({ classes }) => classes));
  const pool = new AnalysisPool();
  try {
    const condensed = churnMatrix(predictions, await pool.disagreements(predictions));
    return rows.map((_, row) =>
      rows.map((__, column) =>
        row === column ? 0 : (condensed[pairIndex(rows.length, row, column)] ?? Number.NaN),
      ),
    );
  } finally {
    await pool.close();
  }
}
