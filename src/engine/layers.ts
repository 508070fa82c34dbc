import type { Shape, Tensor, Tensor1D, Tensor4D, layers } from '@tensorflow/tfjs-node-gpu';
import { biasAdd, biasAddMaxPool, normalizeBatch, normalizeByStatistics, relu } from './fusedOperations.ts';
import type { TensorFlow } from './tensorFlow.ts';

type Layer = layers.Layer;

/** The one tensor that a layer with one input is called with. */
function onlyInput(inputs: Tensor | Tensor[]): Tensor4D {
  const input = Array.isArray(inputs) ? inputs[0] : inputs;
  if (input === undefined) throw new Error('A layer was called without an input.');
  return input as Tensor4D;
}

function onlyShape(shape: Shape | Shape[]): Shape {
  return Array.isArray(shape[0]) ? shape[0] : (shape as Shape);
}

/**
 * A two-dimensional convolution with `same` padding: [n, h, w, c] -> [n, ceil(h/strides), ceil(w/strides), filters].
 * Weights `kernel` [size, size, c, filters] and, unless `bias` is false, `bias` [filters].
 */
export function convolution(
  tf: TensorFlow,
  options: { name: string; filters: number; size: number; strides?: number; bias?: boolean; pool?: boolean },
): Layer {
  const { filters, size, strides = 1, bias = true, pool = false } = options;
  const reduced = (length: number | null | undefined): number => {
    const convolved = Math.ceil((length ?? 0) / strides);
    return pool ? Math.floor(convolved / 2) : convolved;
  };
  class Convolution extends tf.layers.Layer {
    static className = 'NoisefloorConvolution';
    kernel: ReturnType<Layer['addWeight']> | undefined;
    bias: ReturnType<Layer['addWeight']> | undefined;

    override build(inputShape: Shape | Shape[]): void {
      const channels = onlyShape(inputShape)[3] ?? 0;
      const zeros = tf.initializers.zeros();
      this.kernel = this.addWeight('kernel', [size, size, channels, filters], 'float32', zeros);
      if (bias) this.bias = this.addWeight('bias', [filters], 'float32', zeros);
      this.built = true;
    }

    override computeOutputShape(inputShape: Shape | Shape[]): Shape {
      const [n = null, height, width] = onlyShape(inputShape);
      return [n, reduced(height), reduced(width), filters];
    }

    override call(inputs: Tensor | Tensor[]): Tensor {
      if (this.kernel === undefined) throw new Error(`Layer ${this.name} is not built.`);
      const y = tf.conv2d(onlyInput(inputs), this.kernel.read() as Tensor4D, strides, 'same');
      if (this.bias === undefined) return pool ? tf.maxPool(y, 2, 2, 'valid') : y;
      const offset = this.bias.read() as Tensor1D;
      return pool ? biasAddMaxPool(tf, y, offset) : biasAdd(tf, y, offset);
    }
  }
  return new Convolution({ name: options.name });
}

/** max(x, 0), with TensorFlow's own gradient. */
export function rectifier(tf: TensorFlow, name: string): Layer {
  class Rectifier extends tf.layers.Layer {
    static className = 'NoisefloorRectifier';

    override computeOutputShape(inputShape: Shape | Shape[]): Shape {
      return onlyShape(inputShape);
    }

    override call(inputs: Tensor | Tensor[]): Tensor {
      return relu(tf, onlyInput(inputs));
    }
  }
  return new Rectifier({ name });
}

/**
 * Batch normalisation over all but the last dimension, as Keras 3 computes it: weights `gamma`, `beta`, moving statistics
 * `moving_mean`, `moving_variance` (of the biased variance), all [c].
 */
export function batchNormalization(
  tf: TensorFlow,
  options: { name: string; momentum?: number; epsilon?: number },
): Layer {
  const { momentum = 0.99, epsilon = 1e-3 } = options;
  class BatchNormalization extends tf.layers.Layer {
    static className = 'NoisefloorBatchNormalization';
    parts: Record<'gamma' | 'beta' | 'mean' | 'variance', ReturnType<Layer['addWeight']>> | undefined;

    override build(inputShape: Shape | Shape[]): void {
      const shape = [onlyShape(inputShape)[3] ?? 0];
      const zeros = tf.initializers.zeros();
      const ones = tf.initializers.ones();
      this.parts = {
        gamma: this.addWeight('gamma', shape, 'float32', ones),
        beta: this.addWeight('beta', shape, 'float32', zeros),
        mean: this.addWeight('moving_mean', shape, 'float32', zeros, undefined, false),
        variance: this.addWeight('moving_variance', shape, 'float32', ones, undefined, false),
      };
      this.built = true;
    }

    override computeOutputShape(inputShape: Shape | Shape[]): Shape {
      return onlyShape(inputShape);
    }

    override call(inputs: Tensor | Tensor[], options: { training?: boolean } = {}): Tensor {
      if (this.parts === undefined) throw new Error(`Layer ${this.name} is not built.`);
      const { mean, variance } = this.parts;
      const x = onlyInput(inputs);
      const gamma = this.parts.gamma.read() as Tensor1D;
      const beta = this.parts.beta.read() as Tensor1D;
      if (options.training !== true) {
        return normalizeByStatistics(
          tf,
          x,
          gamma,
          beta,
          mean.read() as Tensor1D,
          variance.read() as Tensor1D,
          epsilon,
        );
      }
      const batch = normalizeBatch(tf, x, gamma, beta, epsilon);
      const count = x.size / (x.shape[3] || 1);
      const biased = (count - 1) / count;
      mean.write(tf.add(tf.mul(mean.read(), momentum), tf.mul(batch.mean, 1 - momentum)));
      variance.write(
        tf.add(tf.mul(variance.read(), momentum), tf.mul(batch.variance, biased * (1 - momentum))),
      );
      batch.mean.dispose();
      batch.variance.dispose();
      return batch.y;
    }
  }
  return new BatchNormalization({ name: options.name });
}

/** A dropout layer: its random numbers are fed with each step. */
export interface DropoutLayer extends Layer {
  /** Float32 uniforms in [0, 1), the shape of the layer's input; an element is kept where its number is >= the rate. */
  uniform: Tensor | undefined;
  /** Shape of its input without the batch dimension; known once the layer is built into a model. */
  exampleShape: readonly number[];
}

/** Dropout by fed numbers: what is kept is divided by 1 - rate. Does nothing unless training. */
export function fedDropout(tf: TensorFlow, options: { name: string; rate: number }): DropoutLayer {
  const { rate } = options;
  class FedDropout extends tf.layers.Layer implements DropoutLayer {
    static className = 'NoisefloorFedDropout';
    uniform: Tensor | undefined;
    exampleShape: readonly number[] = [];

    override build(inputShape: Shape | Shape[]): void {
      this.exampleShape = onlyShape(inputShape)
        .slice(1)
        .map((size) => size ?? 0);
      this.built = true;
    }

    override computeOutputShape(inputShape: Shape | Shape[]): Shape {
      return onlyShape(inputShape);
    }

    override call(inputs: Tensor | Tensor[], options: { training?: boolean } = {}): Tensor {
      const x = onlyInput(inputs) as Tensor;
      if (options.training !== true) return x;
      if (this.uniform === undefined) throw new Error(`Dropout layer ${this.name} was given no numbers.`);
      const kept = tf.cast(tf.greaterEqual(this.uniform, rate), 'float32');
      return tf.mul(tf.mul(x, kept), 1 / (1 - rate));
    }
  }
  return new FedDropout({ name: options.name });
}

/** Maximum over windows of 2 x 2, with TensorFlow's own gradient: odd rows and columns at the end are dropped. */
export function maximumPool(tf: TensorFlow, name: string): Layer {
  return tf.layers.maxPooling2d({ name, poolSize: 2, strides: 2 });
}
