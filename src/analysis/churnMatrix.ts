import { partialDisagreements } from './disagreement.ts';
import type { Predictions } from './predictions.ts';

/**
 * The churn of every pair of replicates.
 * @param counts disagreements of every pair over all examples, where another thread counted them already.
 * @returns the condensed upper triangle, pairs (0, 1), (0, 2) ... (1, 2) ... (see `pairIndex`); [R (R - 1) / 2].
 */
export function churnMatrix(
  predictions: Predictions,
  counts: Uint32Array = partialDisagreements(predictions),
): Float64Array {
  const { examples } = predictions;
  const fractions = new Float64Array(counts.length);
  for (let pair = 0; pair < counts.length; pair++) fractions[pair] = (counts[pair] ?? 0) / examples;
  return fractions;
}
