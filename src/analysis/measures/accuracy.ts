import { RandomStream } from '../../noise/stream.ts';
import { standardDeviationBootstrap } from '../bootstrap.ts';
import type { Interval } from '../interval.ts';
import { mean, meanInterval } from '../mean.ts';
import { standardDeviation, standardDeviationInterval } from '../standardDeviation.ts';
import type { MeasureContext, ReplicateAtEpoch, VariantAtEpoch } from '../studyAtEpoch.ts';

/** Test accuracy over a variant's replicates; fractions. */
export interface AccuracyMeasure {
  /** Replicates with an accuracy. */
  readonly n: number;
  readonly mean: number | null;
  /** Student t. */
  readonly interval: Interval | null;
  /** Standard deviation, dividing by n - 1. */
  readonly sd: number | null;
  /** Chi-square, for the standard deviation of the process behind the replicates, whichever way `sd` divides. */
  readonly sdInterval: Interval | null;
  /** Standard deviation dividing by n, as the paper's reference code computes it. */
  readonly sdOfReplicates: number | null;
  /** Bootstrap of the standard deviation for accuracies that are plainly not normal; null below five replicates. */
  readonly sdBootstrap: Interval | null;
}

/** The replicate's accuracy, counted from its predictions where it was not recorded. */
function accuracyOf({ accuracy, predictions }: ReplicateAtEpoch, context: MeasureContext): number[] {
  if (accuracy !== null) return Number.isFinite(accuracy) ? [accuracy] : [];
  const { labels } = context.study;
  if (predictions === null || labels?.length !== predictions.length || predictions.length === 0) return [];
  let right = 0;
  predictions.forEach((predicted, example) => {
    if (predicted === labels[example]) right++;
  });
  return [right / predictions.length];
}

export function measureAccuracy(
  variant: VariantAtEpoch,
  context: MeasureContext,
): { accuracy: AccuracyMeasure } {
  const values = variant.replicates.flatMap((replicate) => accuracyOf(replicate, context));
  const stream = RandomStream.named(context.seed, `accuracy-bootstrap/${variant.name}`);
  return {
    accuracy: {
      n: values.length,
      mean: mean(values),
      interval: meanInterval(values, context.level),
      sd: standardDeviation(values),
      sdInterval: standardDeviationInterval(values, context.level),
      sdOfReplicates: standardDeviation(values, 0),
      sdBootstrap: standardDeviationBootstrap(values, stream, context.level),
    },
  };
}
