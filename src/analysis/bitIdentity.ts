import type { ClassIndices } from './predictions.ts';
import type { WeightTensor } from './weights.ts';

/** A replicate's fingerprints, one value a tensor after every training step. */
export interface FingerprintSequence {
  /** Step that the first row belongs to, counted from 0 over the whole run. */
  readonly firstStep: number;
  readonly tensors: number;
  /** Row-major [steps, tensors]. */
  readonly values: Uint32Array;
  /** False where later steps were trained than are kept: then its last row says nothing of how training ended. */
  readonly reachesEnd?: boolean;
}

/** What is compared of a replicate at the end of training. */
export interface FinalState {
  readonly fingerprints: FingerprintSequence | null;
  readonly weights: readonly WeightTensor[] | null;
  readonly predictions: ClassIndices | null;
}

/** Where two replicates first part. */
export interface Divergence {
  /** Training step, counted from 0, after whose update they first differ. */
  readonly step: number;
  /** Index of the first tensor that differs there. */
  readonly tensor: number;
  /** Positions of the two replicates among those compared. */
  readonly between: readonly [number, number];
}

function sameNumbers(first: ArrayLike<number>, second: ArrayLike<number>): boolean {
  if (first.length !== second.length) return false;
  for (let index = 0; index < first.length; index++) if (first[index] !== second[index]) return false;
  return true;
}

/** Bit by bit, so that the two zeros differ and a NaN equals itself. */
function sameBits(first: Float32Array, second: Float32Array): boolean {
  const bits = (data: Float32Array): Uint32Array =>
    new Uint32Array(data.buffer, data.byteOffset, data.length);
  return sameNumbers(bits(first), bits(second));
}

function lastRow({ tensors, values }: FingerprintSequence): Uint32Array {
  return values.subarray(values.length - tensors);
}

function reachesEnd(fingerprints: FingerprintSequence | null): fingerprints is FingerprintSequence {
  return fingerprints !== null && fingerprints.reachesEnd !== false;
}

/** Whether two replicates' final weights are the same; null when neither fingerprints nor weights of both are known. */
function sameWeights(first: FinalState, second: FinalState): boolean | null {
  if (reachesEnd(first.fingerprints) && reachesEnd(second.fingerprints)) {
    return sameNumbers(lastRow(first.fingerprints), lastRow(second.fingerprints));
  }
  const own = first.weights;
  const others = second.weights;
  if (own === null || others === null) return null;
  return (
    own.length === others.length &&
    own.every((tensor, position) => {
      const other = others[position];
      return other !== undefined && sameBits(tensor.data, other.data);
    })
  );
}

/** Whether two replicates ended in the same weights and predictions; null when a difference could hide in what is missing. */
function sameState(first: FinalState, second: FinalState): boolean | null {
  const weights = sameWeights(first, second);
  const predictions =
    first.predictions === null || second.predictions === null
      ? null
      : sameNumbers(first.predictions, second.predictions);
  if (weights === false || predictions === false) return false;
  return weights === null || predictions === null ? null : true;
}

/** Which replicates ended in the same bits. */
export interface BitIdentity {
  /** Whether all did; null below two replicates, and where what would tell is missing. */
  readonly identical: boolean | null;
  /** Positions of the replicates that are identical to one another, ascending; null where something is missing. */
  readonly groups: readonly (readonly number[])[] | null;
}

/**
 * Compares replicates by their final weights (through the fingerprints, or else the weights themselves) and their
 * predictions.
 */
export function bitIdentity(replicates: readonly FinalState[]): BitIdentity {
  const groups: { example: FinalState; members: number[] }[] = [];
  let unknown = false;
  let different = false;
  for (const [position, replicate] of replicates.entries()) {
    let home: number[] | undefined;
    for (const { example, members } of groups) {
      const same = sameState(example, replicate);
      if (same === null) unknown = true;
      else if (same) home ??= members;
      else different = true;
    }
    if (home === undefined) groups.push({ example: replicate, members: [position] });
    else home.push(position);
  }
  const known = replicates.length >= 2 && !unknown;
  return {
    identical: different ? false : known ? true : null,
    groups: known ? groups.map(({ members }) => members) : null,
  };
}

/**
 * The earliest step at which any replicate parts from the first, over the steps that both recorded.
 * @returns null when they agree in all of those.
 */
export function firstDivergence(sequences: readonly FingerprintSequence[]): Divergence | null {
  const [first, ...others] = sequences;
  if (first === undefined) return null;
  let earliest: Divergence | null = null;
  others.forEach((other, index) => {
    const from = Math.max(first.firstStep, other.firstStep);
    const ownOffset = (from - first.firstStep) * first.tensors;
    const otherOffset = (from - other.firstStep) * other.tensors;
    const length = Math.min(first.values.length - ownOffset, other.values.length - otherOffset);
    for (let position = 0; position < length; position++) {
      if (first.values[ownOffset + position] === other.values[otherOffset + position]) continue;
      const step = from + Math.floor(position / first.tensors);
      const tensor = position % first.tensors;
      if (earliest === null || step < earliest.step) earliest = { step, tensor, between: [0, index + 1] };
      break;
    }
  });
  return earliest;
}
