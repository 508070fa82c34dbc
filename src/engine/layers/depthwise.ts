import type { Shape, Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import type { Padding } from '../../networks/layerOperation.ts';
import { biasAdd } from '../fusedOperations.ts';
import { depthwiseConvolution } from '../spatialOperations.ts';
import type { TensorFlow } from '../tensorFlow.ts';
import { onlyInput, onlyShape, type Layer, type LayerWeight } from './layerInputs.ts';

/** What depthwise layers have in common. */
interface DepthwiseOptions {
  name: string;
  size: readonly [number, number];
  strides: number;
  padding: Padding;
  /** Channels that each channel gives. */
  multiplier: number;
  bias: boolean;
  /** [h', w', channels] */
  output: readonly number[];
}

/** A convolution of each channel by itself. Weights `kernel` [...size, c, multiplier] and, with `bias`, `bias`. */
export function depthwise(tf: TensorFlow, options: DepthwiseOptions): Layer {
  class Depthwise extends tf.layers.Layer {
    static className = 'NoisefloorDepthwise';
    kernel: LayerWeight | undefined;
    bias: LayerWeight | undefined;

    override build(inputShape: Shape | Shape[]): void {
      const channels = onlyShape(inputShape)[3] ?? 0;
      const zeros = tf.initializers.zeros();
      const { size, multiplier, bias } = options;
      this.kernel = this.addWeight('kernel', [...size, channels, multiplier], 'float32', zeros);
      if (bias) this.bias = this.addWeight('bias', [channels * multiplier], 'float32', zeros);
      this.built = true;
    }

    override computeOutputShape(inputShape: Shape | Shape[]): Shape {
      const [n = null] = onlyShape(inputShape);
      return [n, ...options.output];
    }

    override call(inputs: Tensor | Tensor[]): Tensor {
      if (this.kernel === undefined) throw new Error(`Layer ${this.name} is not built.`);
      const y = depthwiseConvolution(tf, onlyInput(inputs), this.kernel.read() as Tensor4D, options);
      return this.bias === undefined ? y : biasAdd(tf, y, this.bias.read() as Tensor1D);
    }
  }
  return new Depthwise({ name: options.name });
}

/**
 * A convolution of each channel by itself, then one of 1 x 1 across them. Weights `depthwise_kernel`
 * [...size, c, multiplier], `pointwise_kernel` [1, 1, c multiplier, filters] and, with `bias`, `bias` [filters].
 */
export function separable(tf: TensorFlow, options: DepthwiseOptions & { filters: number }): Layer {
  class Separable extends tf.layers.Layer {
    static className = 'NoisefloorSeparable';
    kernels: readonly [LayerWeight, LayerWeight] | undefined;
    bias: LayerWeight | undefined;

    override build(inputShape: Shape | Shape[]): void {
      const channels = onlyShape(inputShape)[3] ?? 0;
      const zeros = tf.initializers.zeros();
      const { size, multiplier, filters, bias } = options;
      this.kernels = [
        this.addWeight('depthwise_kernel', [...size, channels, multiplier], 'float32', zeros),
        this.addWeight('pointwise_kernel', [1, 1, channels * multiplier, filters], 'float32', zeros),
      ];
      if (bias) this.bias = this.addWeight('bias', [filters], 'float32', zeros);
      this.built = true;
    }

    override computeOutputShape(inputShape: Shape | Shape[]): Shape {
      const [n = null] = onlyShape(inputShape);
      return [n, ...options.output];
    }

    override call(inputs: Tensor | Tensor[]): Tensor {
      if (this.kernels === undefined) throw new Error(`Layer ${this.name} is not built.`);
      const [each, across] = this.kernels;
      const y = depthwiseConvolution(tf, onlyInput(inputs), each.read() as Tensor4D, options);
      const z = tf.conv2d(y, across.read() as Tensor4D, 1, 'valid');
      return this.bias === undefined ? z : biasAdd(tf, z, this.bias.read() as Tensor1D);
    }
  }
  return new Separable({ name: options.name });
}
