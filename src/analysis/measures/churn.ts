import { churn } from '../churn.ts';
import type { PairMean } from '../pairMean.ts';
import { predictionsFromRows } from '../predictions.ts';
import type { MeasureContext, VariantAtEpoch } from '../studyAtEpoch.ts';

/** Fraction of the test examples on which two replicates' predictions differ, over all pairs. */
export interface ChurnMeasure extends PairMean {
  /** Replicates with predictions. */
  readonly n: number;
}

export function measureChurn(variant: VariantAtEpoch, context: MeasureContext): { churn: ChurnMeasure } {
  const rows = variant.replicates.flatMap(({ predictions }) => (predictions === null ? [] : [predictions]));
  const measured: PairMean =
    rows.length === 0 ? { mean: null, interval: null } : churn(predictionsFromRows(rows), context.level);
  return { churn: { n: rows.length, ...measured } };
}
