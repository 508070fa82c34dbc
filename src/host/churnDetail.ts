import type { EpochChurn } from '../analysis/churnByEpoch.ts';
import { pairIndex } from '../analysis/disagreement.ts';
import type { PairMean } from '../analysis/pairMean.ts';
import type { LibraryClient } from '../library/client.ts';
import { AnalysisPool } from './analysisPool.ts';
import type { GroupChurn, VariantEpochChurn } from './analysisWorker.ts';
import { churnAtEpoch, epochChurn, recordedEpochs } from './churnAtEpoch.ts';
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
  between: GroupChurn['between'];
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
  const pool = new AnalysisPool();
  try {
    const byEpoch: VariantEpochChurn[] = [];
    for (const at of await recordedEpochs(library, detail.id)) {
      byEpoch.push(...(await epochChurn(library, pool, detail, at)));
    }
    const { replicates, matrix, variants, between } = await churnAtEpoch(library, pool, detail, chosen);
    return {
      study: { id: detail.id, name: detail.name },
      epoch: chosen,
      variants: variants.map(({ name, flipRates, ...rest }) => ({
        name,
        ...rest,
        perEpoch: byEpoch
          .filter((at) => at.name === name && at.n > 0)
          .map(({ epoch: at, n, mean, interval }) => ({ epoch: at, n, mean, interval })),
        flipRates: flipRates === null ? null : Array.from(flipRates),
      })),
      between,
      replicates: replicates.map(({ variant, index }) => ({ variant, index })),
      matrix: squareMatrix(replicates.length, matrix),
    };
  } finally {
    await pool.close();
  }
}

function squareMatrix(replicates: number, condensed: Float64Array): number[][] {
  const rows = Array.from({ length: replicates }, (_, row) => row);
  return rows.map((row) =>
    rows.map((column) =>
      row === column ? 0 : (condensed[pairIndex(replicates, row, column)] ?? Number.NaN),
    ),
  );
}
