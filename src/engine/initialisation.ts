import { RandomStream } from '../noise/stream.ts';
import { NoisefloorError } from '../study/errors.ts';
import { elementCount } from './dataTypes.ts';

/**
 * Initial values of a weight. Kernels are Glorot uniform (Glorot & Bengio 2010: uniform within sqrt(6 / (fan in + fan
 * out))), drawn from the weight's own stream, so that no two layers start alike; biases, `beta` and moving means are 0,
 * `gamma` and moving variances 1.
 * @param name `<layer>/<weight>`.
 * @param shape of a kernel: [inputs, outputs] or [height, width, inputs, outputs].
 * @param seed unsigned 32-bit seed of the source "initialisation".
 * @throws NoisefloorError `unknown-weight` if there is no rule for a weight of that name.
 */
export function initialValues(name: string, shape: readonly number[], seed: number): Float32Array {
  const values = new Float32Array(elementCount(shape));
  const weight = name.split('/').at(-1);
  switch (weight) {
    case 'kernel': {
      const limit = Math.sqrt(6 / fans(shape));
      return RandomStream.named(seed, `initialisation/${name}`).fillUniform(values, -limit, limit);
    }
    case 'gamma':
    case 'moving_variance':
      return values.fill(1);
    case 'bias':
    case 'beta':
    case 'moving_mean':
      return values;
    default:
      throw new NoisefloorError('unknown-weight', `No rule says how the weight "${name}" is initialised.`);
  }
}

/** Fan in plus fan out of a kernel. */
function fans(shape: readonly number[]): number {
  const receptiveField = elementCount(shape.slice(0, -2));
  return receptiveField * ((shape.at(-2) ?? 0) + (shape.at(-1) ?? 0));
}
