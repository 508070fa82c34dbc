import {
  weightDistances,
  type LayerDistance,
  type ReplicateDistances,
  type WeightDistance,
} from './weightDistance.ts';
import type { WeightTensor } from './weights.ts';

/** How far apart a variant's replicates ended, overall, by layer and by replicate. */
export interface VariantWeights extends ReplicateDistances {
  readonly name: string;
  /** Ids of the replicates that have weights; [R]. */
  readonly replicates: readonly string[];
  /** Over trainable weights. */
  readonly trainable: WeightDistance;
  /** With the moving averages of batch normalisation, as in the reference code; the same where there are none. */
  readonly withMovingStatistics: WeightDistance;
  readonly layers: readonly LayerDistance[];
}

/** The weights of a variant's replicates: tensors in one order. */
export interface WeightGroup {
  readonly name: string;
  readonly replicates: readonly { readonly id: string; readonly weights: readonly WeightTensor[] }[];
}

/**
 * Every distance between the weights of a variant's replicates.
 * @throws NoisefloorError `weights-mismatch` when they are not of one network.
 */
export function variantWeights({ name, replicates }: WeightGroup): VariantWeights {
  const distances = weightDistances(replicates.map(({ weights }) => weights));
  return {
    name,
    replicates: replicates.map(({ id }) => id),
    trainable: distances.overall(false),
    withMovingStatistics: distances.overall(true),
    layers: distances.byLayer(),
    ...distances.byReplicate(false),
  };
}
