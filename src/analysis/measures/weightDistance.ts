import type { MeasureContext, VariantAtEpoch } from '../studyAtEpoch.ts';
import { weightDistances, type LayerDistance, type WeightDistance } from '../weightDistance.ts';

/** L2 distance between the final weights of two replicates, over all pairs. */
export interface WeightDistanceMeasure extends WeightDistance {
  /** Replicates with weights. */
  readonly n: number;
}

/** The same over trainable weights only, which is what `l2` means. */
export interface TrainableDistanceMeasure extends WeightDistanceMeasure {
  readonly layers: readonly LayerDistance[];
}

export function measureWeightDistance(
  variant: VariantAtEpoch,
  { level }: MeasureContext,
): { l2: TrainableDistanceMeasure; l2WithMovingStatistics: WeightDistanceMeasure } {
  const weights = variant.replicates.flatMap((replicate) =>
    replicate.weights === null ? [] : [replicate.weights],
  );
  const n = weights.length;
  const distances = weightDistances(weights);
  return {
    l2: { n, ...distances.overall(false, level), layers: distances.byLayer(level) },
    l2WithMovingStatistics: { n, ...distances.overall(true, level) },
  };
}
