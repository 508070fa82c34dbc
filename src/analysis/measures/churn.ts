import { churnOf } from '../churnByEpoch.ts';
import type { PairMean } from '../pairMean.ts';
import type { MeasureContext, VariantAtEpoch } from '../studyAtEpoch.ts';

/** Fraction of the test examples on which two replicates' predictions differ, over all pairs. */
export interface ChurnMeasure extends PairMean {
  /** Replicates with predictions. */
  readonly n: number;
}

export function measureChurn(variant: VariantAtEpoch, context: MeasureContext): { churn: ChurnMeasure } {
  const rows = variant.replicates.flatMap(({ predictions }) => (predictions === null ? [] : [predictions]));
  return { churn: { n: rows.length, ...churnOf(rows, context.level) } };
}
