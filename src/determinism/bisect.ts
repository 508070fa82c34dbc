import type { ObservedStep, ReplayedOutput, ReplayedTensor } from '../scheduling/replay.ts';
import type { Parting } from './certificate.ts';

/** How two tensors of the same size differ. */
export interface TensorDifference {
  /** How many numbers differ, bit by bit, of how many. */
  readonly differing: number;
  readonly of: number;
  /** Most float32 numbers that lie between two of the same place, in units in the last place; null for integers. */
  readonly largestUlps: number | null;
  /** Euclidean norm of the difference over that of the first tensor; null where that is 0 or not finite. */
  readonly relative: number | null;
  /** The place at which they differ most. */
  readonly worst: { readonly element: number; readonly left: number; readonly right: number };
}

/** The first op of a step that puts out something else. */
export interface DifferingOperation {
  readonly name: string;
  readonly op: string;
  /** What it computes, where that has a name: `gradient of conv2d/kernel`. */
  readonly label: string | null;
  readonly shape: readonly number[];
  /** What it is computed from, as far as that was looked at: the same in both. */
  readonly sameInputs: readonly string[];
  /** Null where the outputs have different shapes. */
  readonly difference: TensorDifference | null;
}

/** What was found by taking the step once more at which two replicates part. */
export interface Bisection {
  readonly study: { readonly id: string; readonly name: string };
  readonly variant: string;
  /** Indices within the variant, from 0. */
  readonly replicates: readonly [number, number];
  /** Of the run, counted from 0. */
  readonly step: number;
  /** Whether each came to its recorded fingerprints again, before the step and after it. */
  readonly reproduced: readonly [boolean, boolean];
  /** Tensors that differ before the step is taken. */
  readonly before: readonly ({ readonly tensor: string } & TensorDifference)[];
  readonly sameBatch: boolean;
  /** Whether both compute the step by the same graph; ops of others are compared where they have a name. */
  readonly sameGraph: boolean;
  /** Outputs that were compared. */
  readonly compared: number;
  readonly operation: DifferingOperation | null;
  /** Ops that put out something else for the same inputs, within one process: the device itself is not repeatable. */
  readonly varying: readonly { readonly name: string; readonly op: string; readonly label: string | null }[];
  /** How far apart the weights are after steps from that one on: the norm of the difference over that of the first's. */
  readonly growth: readonly { readonly step: number; readonly distance: number }[];
  /** The certificate's explanation. */
  readonly explanation: string;
  /** What to change so that they no longer part. */
  readonly remedy: string;
}

/** @returns how two tensors differ; null where all bits are the same. @throws where their sizes differ. */
export function differenceOf(
  left: Float32Array | Int32Array,
  right: Float32Array | Int32Array,
): TensorDifference | null {
  if (left.length !== right.length) throw new Error('Only tensors of the same size are compared.');
  const [ours, theirs] = [orderedBits(left), orderedBits(right)];
  const isFloat = left instanceof Float32Array && right instanceof Float32Array;
  let [differing, largest, element] = [0, 0, 0];
  let [square, norm] = [0, 0];
  for (let place = 0; place < left.length; place += 1) {
    const [one, other] = [left[place] ?? 0, right[place] ?? 0];
    norm += one * one;
    const apart = Math.abs((ours[place] ?? 0) - (theirs[place] ?? 0));
    if (apart === 0) continue;
    differing += 1;
    square += (one - other) ** 2;
    if (apart > largest) [largest, element] = [apart, place];
  }
  if (differing === 0) return null;
  const relative = Math.sqrt(square) / Math.sqrt(norm);
  return {
    ...{ differing, of: left.length },
    largestUlps: isFloat ? largest : null,
    relative: Number.isFinite(relative) ? relative : null,
    worst: { element, left: left[element] ?? 0, right: right[element] ?? 0 },
  };
}

/** Integers in the order of the floats whose bits they are, so that neighbours differ by 1. The two zeros differ by 1 too. */
function orderedBits(values: Float32Array | Int32Array): Float64Array {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  if (values instanceof Int32Array) return Float64Array.from(bits);
  return Float64Array.from(bits, (word) => (word < 0 ? -(word & 0x7fff_ffff) - 1 : word));
}

/** Tensors that differ, in their order. */
export function differingTensors(
  left: readonly ReplayedTensor[],
  right: readonly ReplayedTensor[],
): ({ tensor: string } & TensorDifference)[] {
  return left.flatMap(({ name, data }) => {
    const other = right.find((tensor) => tensor.name === name);
    const difference = other?.data.length === data.length ? differenceOf(data, other.data) : null;
    return difference === null ? [] : [{ tensor: name, ...difference }];
  });
}

/** Two observed steps, output by output. */
export interface ComparedSteps {
  readonly sameGraph: boolean;
  readonly compared: number;
  /** The first that differs, on both sides; null where none does. */
  readonly first: readonly [ReplayedOutput, ReplayedOutput] | null;
  /** Names of its inputs that were looked at, and are the same. */
  readonly sameInputs: readonly string[];
}

/**
 * Finds the first output that differs. All outputs are compared where both steps are the same graph; otherwise, because ops
 * of the same name are not the same op then, those that have a label.
 */
export function compareSteps(left: ObservedStep, right: ObservedStep): ComparedSteps {
  const sameGraph =
    left.outputs.length === right.outputs.length &&
    left.outputs.every(({ name, op }, place) => {
      const other = right.outputs[place];
      return other?.name === name && other.op === op;
    });
  const byLabel = new Map(right.outputs.map((output) => [output.label, output]));
  const pairs = left.outputs.flatMap((output, place): [ReplayedOutput, ReplayedOutput][] => {
    const other = sameGraph ? right.outputs[place] : output.label && byLabel.get(output.label);
    return other === undefined || other === '' ? [] : [[output, other]];
  });
  const isSame = ([one, other]: readonly [ReplayedOutput, ReplayedOutput]): boolean =>
    one.hashes[0] === other.hashes[0];
  const first = pairs.find((pair) => !isSame(pair)) ?? null;
  const same = new Set(pairs.filter(isSame).map(([{ name }]) => name));
  const sameInputs = first?.[0].inputs.filter((input) => same.has(input)) ?? [];
  return { sameGraph, compared: pairs.length, first, sameInputs: sameGraph ? sameInputs : [] };
}

/** Outputs that differ between two takings of the step in one process, though what they are computed from does not. */
export function varyingOutputs({ outputs }: ObservedStep): Bisection['varying'] {
  const varies = ({ hashes }: ReplayedOutput): boolean => hashes.some((hash) => hash !== hashes[0]);
  const varying = new Set(outputs.filter(varies).map(({ name }) => name));
  return outputs
    .filter((output) => varies(output) && !output.inputs.some((input) => varying.has(input)))
    .map(({ name, op, label = null }) => ({ name, op, label }));
}

/** The norm of the difference of all weights over that of the first's. */
export function relativeDistance(left: readonly ReplayedTensor[], right: readonly ReplayedTensor[]): number {
  let [square, norm] = [0, 0];
  for (const { name, role, data } of left) {
    const other = right.find((tensor) => tensor.name === name);
    if (role !== 'weight' || other === undefined) continue;
    for (let place = 0; place < data.length; place += 1) {
      const value = data[place] ?? 0;
      square += (value - (other.data[place] ?? 0)) ** 2;
      norm += value * value;
    }
  }
  return Math.sqrt(square) / Math.sqrt(norm);
}

/** After which steps the growth of a difference is looked at: close together at first, then ever wider, and after the last. */
export function growthSteps(from: number, last: number): number[] {
  const steps: number[] = [];
  for (let after = 0; from + after < last; after = after === 0 ? 1 : Math.ceil(after * 1.5)) {
    steps.push(from + after);
  }
  return last >= from ? [...steps, last] : steps;
}

/** What removes a difference, by what explains it. */
export function remedyOf({ seedDifferences, configurationDifferences, firstOtherBatch }: Parting): string {
  const named = (name: string): boolean =>
    configurationDifferences.some((text) => text.startsWith(`${name}:`));
  // A change that was made on purpose is no source that could be fixed.
  const isChange = (name: string): boolean => name.startsWith('the place where');
  const accumulation = 'accumulation order';
  const varied = seedDifferences.filter((name) => !isChange(name) && name !== accumulation);
  const remedies = [
    ...(varied.length === 0 ? [] : [`give both the same seeds: let the variant fix ${varied.join(', ')}`]),
    ...(seedDifferences.includes(accumulation)
      ? ['let the variant’s implementation noise be "deterministic", which leaves examples in their order']
      : []),
    ...(seedDifferences.some(isChange) ? ['leave the variant’s perturbation out'] : []),
    ...(named('threads')
      ? ['run both on the same number of threads (implementation noise "deterministic")']
      : []),
    ...(named('oneDnn') ? ['run both with oneDNN, or both without'] : []),
    ...(named('deterministicOps') ? ['ask for deterministic ops in both'] : []),
    ...(named('precision') ? ['train both in the same precision'] : []),
    ...(named('device') ? ['train both on the same kind of device'] : []),
    ...(named('TensorFlow') ? ['use one version of TensorFlow'] : []),
    ...(named('CPU') || named('GPU')
      ? ['run both on the same model of processor: kernels are chosen by it']
      : []),
  ];
  if (remedies.length > 0) return remedies.join('; ');
  return firstOtherBatch === null
    ? 'ask for deterministic ops (execution.deterministicOps), or accept the device’s own noise'
    : 'feed both the same examples in the same order';
}
