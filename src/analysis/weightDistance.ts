import { finiteOrNull, usualLevel } from './interval.ts';
import { pairMean, type PairMean } from './pairMean.ts';
import { layerOf, requireSameTensors, type TensorRole, type WeightTensor } from './weights.ts';

/** Values of each replicate compared at once: a hundred replicates' blocks stay in a second-level cache. */
const blockValues = 2_048;

/** Squared distances between the replicates in one tensor, in float64. */
interface TensorDistances {
  readonly name: string;
  readonly role: TensorRole;
  /** How many numbers it holds. */
  readonly parameters: number;
  /** Condensed pairs (0, 1), (0, 2) ... (1, 2) ...; [R (R - 1) / 2]. */
  readonly squares: Float64Array;
  /** Squared length of each replicate's tensor; [R]. */
  readonly squaredNorms: Float64Array;
}

/** The L2 distance between two replicates' weights, over all pairs of replicates. */
export interface WeightDistance extends PairMean {
  /** Mean distance after each replicate's weights are divided by their own length; null where a length is 0. */
  readonly normalizedMean: number | null;
  readonly normalizedInterval: PairMean['interval'];
}

/** {@link WeightDistance} of one layer's tensors. */
export interface LayerDistance extends WeightDistance {
  readonly layer: string;
  /** Trainable weights of the layer. */
  readonly parameters: number;
  /**
   * The layer's part of the squared distance over all trainable weights, both summed over the pairs of replicates: squared
   * distances add up over layers, so the shares of all layers add up to 1. Null where nothing differs, or below two replicates.
   */
  readonly share: number | null;
}

/** How far each replicate is from the others. */
export interface ReplicateDistances {
  /** Mean distance to the other replicates; [R], NaN where there is none. Their mean is the mean over pairs. */
  readonly distances: Float64Array;
  /** The same of weights that are divided by their own length. */
  readonly normalized: Float64Array;
}

/** Sum of the squared differences of two blocks. Four sums run side by side: one alone waits for each addition. */
function squaredDifference(a: Float32Array, b: Float32Array, from: number, to: number): number {
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  let index = from;
  for (; index + 3 < to; index += 4) {
    const difference0 = (a[index] ?? 0) - (b[index] ?? 0);
    const difference1 = (a[index + 1] ?? 0) - (b[index + 1] ?? 0);
    const difference2 = (a[index + 2] ?? 0) - (b[index + 2] ?? 0);
    const difference3 = (a[index + 3] ?? 0) - (b[index + 3] ?? 0);
    sum0 += difference0 * difference0;
    sum1 += difference1 * difference1;
    sum2 += difference2 * difference2;
    sum3 += difference3 * difference3;
  }
  for (; index < to; index++) sum0 += ((a[index] ?? 0) - (b[index] ?? 0)) ** 2;
  return sum0 + sum1 + (sum2 + sum3);
}

function tensorDistances(rows: readonly Float32Array[]): {
  squares: Float64Array;
  squaredNorms: Float64Array;
} {
  const replicates = rows.length;
  const length = rows[0]?.length ?? 0;
  const squares = new Float64Array((replicates * (replicates - 1)) / 2);
  const squaredNorms = new Float64Array(replicates);
  const zeros = new Float32Array(length);
  for (let from = 0; from < length; from += blockValues) {
    const to = Math.min(length, from + blockValues);
    let pair = 0;
    rows.forEach((row, first) => {
      squaredNorms[first] = (squaredNorms[first] ?? 0) + squaredDifference(row, zeros, from, to);
      for (const other of rows.slice(first + 1)) {
        squares[pair] = (squares[pair] ?? 0) + squaredDifference(row, other, from, to);
        pair++;
      }
    });
  }
  return { squares, squaredNorms };
}

/**
 * Distances of all pairs of replicates, tensor by tensor, from which the distances over any set of tensors follow.
 * Differences are squared directly rather than through inner products, so that equal weights are at distance 0.
 * @param replicates the tensors of each replicate, in one order; optimiser state is left out.
 * @throws NoisefloorError `weights-mismatch` when they are not of one network.
 */
export function weightDistances(replicates: readonly (readonly WeightTensor[])[]): WeightDistances {
  requireSameTensors(replicates);
  const tensors = (replicates[0] ?? []).flatMap(({ name, role }, position): TensorDistances[] => {
    if (role === 'optimizer') return [];
    const rows = replicates.map((own) => own[position]?.data ?? new Float32Array(0));
    return [{ name, role, parameters: rows[0]?.length ?? 0, ...tensorDistances(rows) }];
  });
  return new WeightDistances(replicates.length, tensors);
}

/** The distances of all pairs of replicates in every tensor; made by {@link weightDistances}. */
export class WeightDistances {
  readonly #replicates: number;
  readonly #tensors: readonly TensorDistances[];

  constructor(replicates: number, tensors: readonly TensorDistances[]) {
    this.#replicates = replicates;
    this.#tensors = tensors;
  }

  /**
   * L2 distance of the flattened, concatenated weights (paper, section 3.2).
   * @param movingStatistics whether the moving averages of batch normalisation count, as in the reference code.
   */
  overall(movingStatistics: boolean, level = usualLevel): WeightDistance {
    const counted = this.#tensors.filter(({ role }) => movingStatistics || role === 'weight');
    return this.#over(counted, level);
  }

  /** The distance in each layer, over its trainable weights, in the network's order. */
  byLayer(level = usualLevel): LayerDistance[] {
    const weights = this.#tensors.filter(({ role }) => role === 'weight');
    const all = sumOfSquares(weights);
    const layers = Map.groupBy(weights, ({ name }) => layerOf(name));
    return [...layers].map(([layer, tensors]) => ({
      layer,
      parameters: tensors.reduce((sum, { parameters }) => sum + parameters, 0),
      share: finiteOrNull(sumOfSquares(tensors) / all),
      ...this.#over(tensors, level),
    }));
  }

  /** The mean distance of each replicate to the others, over what {@link overall} counts. */
  byReplicate(movingStatistics: boolean): ReplicateDistances {
    const counted = this.#tensors.filter(({ role }) => movingStatistics || role === 'weight');
    const { sums, normalizedSums } = this.#sums(counted);
    const others = this.#replicates - 1;
    return {
      distances: sums.map((sum) => sum / others),
      normalized: normalizedSums.map((sum) => sum / others),
    };
  }

  #over(tensors: readonly TensorDistances[], level: number): WeightDistance {
    const { sums, normalizedSums } = this.#sums(tensors);
    const raw = pairMean(sums, Number.POSITIVE_INFINITY, level);
    const normalized = pairMean(normalizedSums, 2, level);
    return { ...raw, normalizedMean: normalized.mean, normalizedInterval: normalized.interval };
  }

  /** For each replicate the sum of its distances to the others; [R]. */
  #sums(tensors: readonly TensorDistances[]): {
    sums: Float64Array;
    normalizedSums: Float64Array;
  } {
    const replicates = this.#replicates;
    const norms = Array.from({ length: replicates }, (_, replicate) =>
      Math.sqrt(tensors.reduce((sum, { squaredNorms }) => sum + (squaredNorms[replicate] ?? 0), 0)),
    );
    const sums = new Float64Array(replicates);
    const normalizedSums = new Float64Array(replicates);
    let pair = 0;
    for (let first = 0; first < replicates; first++) {
      for (let second = first + 1; second < replicates; second++, pair++) {
        const square = tensors.reduce((sum, { squares }) => sum + (squares[pair] ?? 0), 0);
        const distance = Math.sqrt(square);
        const normalized = normalizedDistance(square, norms[first] ?? 0, norms[second] ?? 0);
        for (const replicate of [first, second]) {
          sums[replicate] = (sums[replicate] ?? 0) + distance;
          normalizedSums[replicate] = (normalizedSums[replicate] ?? 0) + normalized;
        }
      }
    }
    if (tensors.length === 0) sums.fill(Number.NaN);
    return { sums, normalizedSums };
  }
}

function sumOfSquares(tensors: readonly TensorDistances[]): number {
  let sum = 0;
  for (const { squares } of tensors) for (const square of squares) sum += square;
  return sum;
}

/** |a/|a| - b/|b||, from |a - b|^2, |a| and |b|: the square is (|a - b|^2 - (|a| - |b|)^2) / (|a| |b|). */
function normalizedDistance(square: number, firstNorm: number, secondNorm: number): number {
  const numerator = Math.max(0, square - (firstNorm - secondNorm) ** 2);
  return Math.sqrt(numerator / (firstNorm * secondNorm));
}
