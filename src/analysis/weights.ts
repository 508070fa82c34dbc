import { NoisefloorError } from '../study/errors.ts';

/** What a tensor of a checkpoint is for; only the first two are part of the network. */
export type TensorRole = 'weight' | 'moving-statistic' | 'optimizer';

/** One tensor of a replicate's checkpoint. */
export interface WeightTensor {
  /** `<layer>/<weight>`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly role: TensorRole;
  readonly data: Float32Array;
}

/** The layer a tensor belongs to: its name up to the last slash. */
export function layerOf(name: string): string {
  const slash = name.lastIndexOf('/');
  return slash === -1 ? name : name.slice(0, slash);
}

function describe({ name, role, shape, data }: WeightTensor): string {
  return `${name} [${shape.join(', ')}] (${role}, ${data.length} values)`;
}

/** What differs between the tensors of two networks, in words; null when nothing does. */
function mismatch(first: readonly WeightTensor[], second: readonly WeightTensor[]): string | null {
  if (first.length !== second.length) return `${first.length} tensors against ${second.length}`;
  for (const [position, tensor] of first.entries()) {
    const other = second[position];
    if (other === undefined || describe(other) === describe(tensor)) continue;
    return `tensor ${position} is ${describe(tensor)} against ${describe(other)}`;
  }
  return null;
}

/**
 * Refuses checkpoints of different networks: they have no distance.
 * @param replicates the tensors of each replicate, in one order.
 * @throws NoisefloorError `weights-mismatch` naming the first tensor that differs in name, role, shape or size.
 */
export function requireSameTensors(replicates: readonly (readonly WeightTensor[])[]): void {
  const [first = [], ...others] = replicates;
  others.forEach((tensors, index) => {
    const what = mismatch(first, tensors);
    if (what === null) return;
    throw new NoisefloorError(
      'weights-mismatch',
      `The weights of replicates 0 and ${index + 1} of this comparison are not of one network: ${what}. Compare replicates of one network only.`,
      { details: { replicate: index + 1 } },
    );
  });
}
