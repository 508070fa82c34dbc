import type { RandomStream } from '../noise/stream.ts';
import { binomialSampler } from './binomial.ts';
import { quantileOfSorted } from './quantile.ts';
import { standardDeviation } from './standardDeviation.ts';

/** What the ratio of the largest per-class SD to the top-line SD looks like where errors are independent. */
export interface ClassRatioNull {
  readonly median: number;
  /** 5 % and 95 % quantiles. */
  readonly low: number;
  readonly high: number;
  readonly simulations: number;
}

const mostSimulations = 2_000;
const fewestSimulations = 200;

/** Binomial draws worth a second of waiting; beyond, fewer studies are simulated. */
const drawsLimit = 4_000_000;

/**
 * The ratio of the largest per-class accuracy SD to the SD of the top-line accuracy, or null where the latter is 0.
 * @param counts right predictions, or fractions of them; row-major [replicates, classes].
 * @param examples test examples of each class.
 */
function simulatedRatio(
  counts: Float64Array,
  examples: readonly number[],
  replicates: number,
): number | null {
  const classes = examples.length;
  const total = examples.reduce((sum, count) => sum + count, 0);
  const rows = Array.from({ length: replicates }, (_, replicate) =>
    counts.subarray(replicate * classes, (replicate + 1) * classes),
  );
  const overall = standardDeviation(rows.map((row) => row.reduce((sum, count) => sum + count, 0) / total));
  if (overall === null || overall === 0) return null;
  let largest = 0;
  for (let index = 0; index < classes; index++) {
    const values = rows.map((row) => (row[index] ?? 0) / (examples[index] ?? 1));
    largest = Math.max(largest, standardDeviation(values) ?? 0);
  }
  return largest / overall;
}

/**
 * Null baseline of the per-class ratio: studies of the same size are simulated in which each class has its own error
 * rate and all errors are independent, and their ratios are summarised. With few replicates the largest of many SDs
 * is far above the top line's by chance alone.
 * @param examples test examples of each class, all above 0.
 * @param errors mean error of each class, a fraction.
 * @returns null below two replicates, or where no simulated study has any spread.
 */
export function classRatioNull(
  replicates: number,
  examples: readonly number[],
  errors: readonly number[],
  stream: RandomStream,
): ClassRatioNull | null {
  if (replicates < 2) return null;
  const draws = replicates * examples.length;
  const simulations = Math.min(mostSimulations, Math.max(fewestSimulations, Math.floor(drawsLimit / draws)));
  const samplers = examples.map((count, index) => binomialSampler(count, 1 - (errors[index] ?? 0)));
  const counts = new Float64Array(draws);
  const ratios: number[] = [];
  for (let simulation = 0; simulation < simulations; simulation++) {
    for (let replicate = 0; replicate < replicates; replicate++) {
      samplers.forEach((draw, index) => {
        counts[replicate * samplers.length + index] = draw(stream);
      });
    }
    const ratio = simulatedRatio(counts, examples, replicates);
    if (ratio !== null) ratios.push(ratio);
  }
  if (ratios.length === 0) return null;
  const sorted = Float64Array.from(ratios).sort();
  return {
    median: quantileOfSorted(sorted, 0.5),
    low: quantileOfSorted(sorted, 0.05),
    high: quantileOfSorted(sorted, 0.95),
    simulations: ratios.length,
  };
}
