/**
 * Measures as the paper's reference script computes them (`run_ae.py` of NeuralNetworkRandomness), faults included, so
 * that its numbers can be compared with. Whoever wants a measure takes it from `measures`.
 */
import { churnOf } from './churnByEpoch.ts';
import type { ClassIndices } from './predictions.ts';
import { standardDeviation } from './standardDeviation.ts';
import { weightDistances } from './weightDistance.ts';
import type { WeightTensor } from './weights.ts';

/** The epochs, counted from 0, whose predictions and weights its training keeps: 9, every fiftieth and the last. */
export function referenceEpochs(epochs: number): number[] {
  const kept = Array.from({ length: Math.floor(epochs / 50) }, (_, index) => 50 * index + 49);
  return [...new Set([9, ...kept, epochs - 1])]
    .filter((epoch) => epoch >= 0 && epoch < epochs)
    .sort((one, other) => one - other);
}

/**
 * The epoch whose file it takes for the last: it sorts the names `pred9.txt`, `pred199.txt` as text, so that of 9, 49, 99,
 * 149 and 199 it takes 99. Its standard deviation of accuracy is of the last row of the log all the same.
 * @returns null where there are none.
 */
export function lastEpochAsText(epochs: readonly number[]): number | null {
  const byName = epochs.toSorted((one, other) => (`${one}.` < `${other}.` ? -1 : 1));
  return byName[byName.length - 1] ?? null;
}

/** `get_standard_deviation_of_accuracy`: divides by n. Null without replicates. */
export function referenceDeviation(accuracies: readonly number[]): number | null {
  return standardDeviation(accuracies, 0);
}

/**
 * `get_prediction_churn`: the fraction of the test examples on which two replicates agree, averaged over pairs; that is
 * 1 - churn. Null below two replicates.
 */
export function referenceChurn(rows: readonly ClassIndices[]): number | null {
  const { mean } = churnOf(rows);
  return mean === null ? null : 1 - mean;
}

/**
 * `get_l2_norm`: distance of all weights, moving statistics of batch normalisation included, not normalised. The script
 * sums in float32 in the order of its BLAS, this in float64: they agree to about 6 digits. Null below two replicates.
 */
export function referenceDistance(replicates: readonly (readonly WeightTensor[])[]): number | null {
  return weightDistances(replicates).overall(true).mean;
}
