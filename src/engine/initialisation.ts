import { RandomStream } from '../noise/stream.ts';
import { NoisefloorError } from '../study/errors.ts';
import type { Initialisation } from '../study/topology.ts';
import { elementCount } from './dataTypes.ts';

/** Standard deviation of a normal number that is drawn again while it is beyond 2. */
const truncatedDeviation = 0.879_625_661_034_239_78;

/**
 * Initial values of a weight. Unless told otherwise, kernels are Glorot uniform (Glorot & Bengio 2010: uniform within
 * sqrt(6 / (fan in + fan out))), drawn from the weight's own stream, so that no two layers start alike; biases, `beta`
 * and moving means are 0, `gamma` and moving variances 1.
 * @param name `<layer>/<weight>`.
 * @param shape of a kernel: [inputs, outputs] or [height, width, inputs, outputs].
 * @param own of a weight that starts otherwise.
 * @param seed unsigned 32-bit seed of the source "initialisation".
 * @throws NoisefloorError `unknown-weight` if there is no rule for a weight of that name.
 */
export function initialValues(
  name: string,
  shape: readonly number[],
  seed: number,
  own?: Initialisation,
): Float32Array {
  const values = new Float32Array(elementCount(shape));
  if (own?.kind === 'constant') return values.fill(own.value);
  const weight = name.split('/').at(-1);
  switch (weight) {
    case 'kernel':
    case 'depthwise_kernel':
    case 'pointwise_kernel': {
      const stream = RandomStream.named(seed, `initialisation/${name}`);
      if (own !== undefined) return drawn(values, shape, stream, own);
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

/** Fills as a layer says. */
function drawn(
  values: Float32Array,
  shape: readonly number[],
  stream: RandomStream,
  own: Exclude<Initialisation, { kind: 'constant' }>,
): Float32Array {
  switch (own.kind) {
    case 'uniform':
      return stream.fillUniform(values, own.low, own.high);
    case 'normal':
      return fillNormal(values, stream, own);
    case 'scaled': {
      const variance = own.scale / fan(shape, own.fan);
      if (own.distribution === 'uniform') {
        const limit = Math.sqrt(3 * variance);
        return stream.fillUniform(values, -limit, limit);
      }
      const truncated = own.distribution === 'truncated-normal';
      const deviation = Math.sqrt(variance) / (truncated ? truncatedDeviation : 1);
      return fillNormal(values, stream, { mean: 0, deviation, truncated });
    }
  }
}

/** Fills with normal numbers; where they are truncated, one beyond two deviations is drawn again. */
function fillNormal(
  values: Float32Array,
  stream: RandomStream,
  { mean, deviation, truncated }: { mean: number; deviation: number; truncated: boolean },
): Float32Array {
  for (let place = 0; place < values.length; place += 1) {
    let normal = stream.nextNormal();
    while (truncated && Math.abs(normal) > 2) normal = stream.nextNormal();
    values[place] = mean + deviation * normal;
  }
  return values;
}

/** Numbers that go into one number of a kernel's layer, or that one goes into, or the mean of both. */
function fan(shape: readonly number[], which: 'in' | 'out' | 'average'): number {
  const receptiveField = elementCount(shape.slice(0, -2));
  if (which === 'average') return fans(shape) / 2;
  return receptiveField * (shape.at(which === 'in' ? -2 : -1) ?? 0);
}

/** Fan in plus fan out of a kernel. */
function fans(shape: readonly number[]): number {
  const receptiveField = elementCount(shape.slice(0, -2));
  return receptiveField * ((shape.at(-2) ?? 0) + (shape.at(-1) ?? 0));
}
