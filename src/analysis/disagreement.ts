import { NoisefloorError } from '../study/errors.ts';
import { plainDisagreements } from './kernels/plainDisagreement.ts';
import { simdDisagreements } from './kernels/simdDisagreement.ts';
import type { Predictions } from './predictions.ts';

/** Beyond this many replicates the counts of all pairs no longer fit the memory of one WebAssembly instance. */
const mostReplicates = 30_000;

/**
 * For every pair of replicates, how many of the examples `from` (included) to `to` (excluded) they disagree on.
 * Counts over disjoint slices of the examples add up ({@link sumDisagreements}), so slices may be counted in parallel.
 * @returns the condensed upper triangle, pairs (0, 1), (0, 2) ... (1, 2) ... as scipy's `pdist` orders them;
 * [R (R - 1) / 2]. The WebAssembly and the JavaScript path give equal counts.
 * @throws NoisefloorError `too-many-replicates` above 30,000.
 */
export function partialDisagreements(
  predictions: Predictions,
  from = 0,
  to: number = predictions.examples,
): Uint32Array {
  if (predictions.replicates > mostReplicates) {
    throw new NoisefloorError(
      'too-many-replicates',
      `The matrix of all pairs holds at most ${mostReplicates} replicates; there are ${predictions.replicates}. The mean churn has no such limit.`,
    );
  }
  return simdDisagreements(predictions, from, to) ?? plainDisagreements(predictions, from, to);
}

/** Adds up the counts of disjoint slices of the examples. */
export function sumDisagreements(parts: readonly Uint32Array[]): Uint32Array {
  const sum = new Uint32Array(parts[0]?.length ?? 0);
  for (const part of parts) {
    for (let pair = 0; pair < sum.length; pair++) sum[pair] = (sum[pair] ?? 0) + (part[pair] ?? 0);
  }
  return sum;
}

/** Index of the pair (`first`, `second`), in either order but not equal, in a condensed upper triangle. */
export function pairIndex(replicates: number, first: number, second: number): number {
  const low = Math.min(first, second);
  const high = Math.max(first, second);
  return (low * (2 * replicates - low - 3)) / 2 + high - 1;
}
