import type { VarianceScaling } from '../networks/blueprint.ts';
import { RandomStream } from '../noise/stream.ts';
import { NoisefloorError } from '../study/errors.ts';
import { elementCount } from './dataTypes.ts';

/** Standard deviation of a normal number that is drawn again while it is beyond 2. */
const truncatedDeviation = 0.879_625_661_034_239_78;

/**
 * Initial values of a weight. Unless told otherwise, kernels are Glorot uniform (Glorot & Bengio 2010: uniform within
 * sqrt(6 / (fan in + fan out))), drawn from the weight's own stream, so that no two layers start alike; biases, `beta`
 * and moving means are 0, `gamma` and moving variances 1.
 * @param name `<layer>/<weight>`.
 * @param shape of a kernel: [inputs, outputs] or [height, width, inputs, outputs].
 * @param scaling of a kernel that is not Glorot uniform.
 * @param seed unsigned 32-bit seed of the source "initialisation".
 * @throws NoisefloorError `unknown-weight` if there is no rule for a weight of that name.
 */
export function initialValues(
  name: string,
  shape: readonly number[],
  seed: number,
  scaling?: VarianceScaling,
): Float32Array {
  const values = new Float32Array(elementCount(shape));
  const weight = name.split('/').at(-1);
  switch (weight) {
    case 'kernel':
    case 'depthwise_kernel':
    case 'pointwise_kernel': {
      const stream = RandomStream.named(seed, `initialisation/${name}`);
      if (scaling !== undefined) return scaled(values, shape, stream, scaling);
      const limit = Math.sqrt(6 / fans(shape));
      return stream.fillUniform(values, -limit, limit);
    }
    case 'gamma':
    case 'variance':
    case 'moving_variance':
      return values.fill(1);
    case 'bias':
    case 'beta':
    case 'mean':
    case 'count':
    case 'moving_mean':
      return values;
    default:
      throw new NoisefloorError('unknown-weight', `No rule says how the weight "${name}" is initialised.`);
  }
}

/** Fills with variance scale / fan out. */
function scaled(
  values: Float32Array,
  shape: readonly number[],
  stream: RandomStream,
  { scale, distribution }: VarianceScaling,
): Float32Array {
  const variance = scale / (elementCount(shape.slice(0, -2)) * (shape.at(-1) ?? 0));
  if (distribution === 'uniform') {
    const limit = Math.sqrt(3 * variance);
    return stream.fillUniform(values, -limit, limit);
  }
  const deviation = Math.sqrt(variance) / truncatedDeviation;
  for (let place = 0; place < values.length; place += 1) {
    let drawn = stream.nextNormal();
    while (Math.abs(drawn) > 2) drawn = stream.nextNormal();
    values[place] = deviation * drawn;
  }
  return values;
}

/** Fan in plus fan out of a kernel. */
function fans(shape: readonly number[]): number {
  const receptiveField = elementCount(shape.slice(0, -2));
  return receptiveField * ((shape.at(-2) ?? 0) + (shape.at(-1) ?? 0));
}
