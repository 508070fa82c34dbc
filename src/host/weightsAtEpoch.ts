import type { WeightGroup, VariantWeights } from '../analysis/variantWeights.ts';
import type { LibraryClient } from '../library/client.ts';
import type { KeptCheckpoint } from '../library/measurements.ts';
import type { StudyDetail } from '../library/studies.ts';
import type { AnalysisPool } from './analysisPool.ts';
import { checkpointTensors } from './checkpointTensors.ts';

/** How far apart the weights of each variant's replicates are after an epoch. */
export interface WeightsAtEpoch {
  /** Counted from 0. */
  readonly epoch: number;
  readonly variants: readonly VariantWeights[];
}

/**
 * The distances between the weights of a study's replicates after an epoch. One variant is in memory at a time.
 * @param kept the study's checkpoints, of any epochs.
 * @throws NoisefloorError `weights-mismatch`, `library-damaged`, `tensor-file-damaged`.
 */
export async function weightsAtEpoch(
  library: LibraryClient,
  pool: AnalysisPool,
  study: StudyDetail,
  kept: readonly KeptCheckpoint[],
  epoch: number,
): Promise<WeightsAtEpoch> {
  const variants: VariantWeights[] = [];
  for (const { name } of study.variants) {
    const own = kept.filter((checkpoint) => checkpoint.epoch === epoch && checkpoint.variant === name);
    const group = await readGroup(library, name, own);
    variants.push(await pool.compute('weights', group, buffersOf(group)));
  }
  return { epoch, variants };
}

/** The epochs after which any replicate kept its weights, ascending. */
export function checkpointEpochs(kept: readonly KeptCheckpoint[]): number[] {
  return [...new Set(kept.map(({ epoch }) => epoch))].sort((left, right) => left - right);
}

async function readGroup(
  library: LibraryClient,
  name: string,
  kept: readonly KeptCheckpoint[],
): Promise<WeightGroup> {
  const replicates: WeightGroup['replicates'][number][] = [];
  for (const { replicateId: id, epoch } of kept) {
    const tensors = await checkpointTensors(library, id, epoch);
    if (tensors === null) continue;
    replicates.push({ id, weights: tensors.filter(({ role }) => role !== 'optimizer') });
  }
  return { name, replicates };
}

/** The memory of the weights, which is handed over. */
function buffersOf({ replicates }: WeightGroup): ArrayBuffer[] {
  return replicates.flatMap(({ weights }) =>
    weights.map(({ data }) => data.buffer).filter((buffer) => buffer instanceof ArrayBuffer),
  );
}
