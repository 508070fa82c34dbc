import type { Shape, Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import type { Padding } from '../../networks/layerOperation.ts';
import { biasAdd, biasAddReluMaxPool, relu } from '../fusedOperations.ts';
import type { TensorFlow } from '../tensorFlow.ts';
import { onlyInput, onlyShape, type Layer, type LayerWeight } from './layerInputs.ts';

/**
 * A two-dimensional convolution: [n, h, w, c] -> [n, h', w', filters].
 * Weights `kernel` [...size, c, filters] and, unless `bias` is false, `bias` [filters].
 * @param options.rectifiedPool also takes max(x, 0), and then the maximum over windows of 2 x 2, which halves height and
 *   width, rounded down.
 */
export function convolution(
  tf: TensorFlow,
  options: {
    name: string;
    filters: number;
    size: readonly [number, number];
    strides: number;
    padding: Padding;
    bias: boolean;
    rectifiedPool: boolean;
    /** [h', w', filters] */
    output: readonly number[];
  },
): Layer {
  const { filters, size, strides, padding, bias, rectifiedPool } = options;
  class Convolution extends tf.layers.Layer {
    static className = 'NoisefloorConvolution';
    kernel: LayerWeight | undefined;
    bias: LayerWeight | undefined;

    override build(inputShape: Shape | Shape[]): void {
      const channels = onlyShape(inputShape)[3] ?? 0;
      const zeros = tf.initializers.zeros();
      this.kernel = this.addWeight('kernel', [...size, channels, filters], 'float32', zeros);
      if (bias) this.bias = this.addWeight('bias', [filters], 'float32', zeros);
      this.built = true;
    }

    override computeOutputShape(inputShape: Shape | Shape[]): Shape {
      const [n = null] = onlyShape(inputShape);
      return [n, ...options.output];
    }

    override call(inputs: Tensor | Tensor[]): Tensor {
      if (this.kernel === undefined) throw new Error(`Layer ${this.name} is not built.`);
      const y = tf.conv2d(onlyInput(inputs), this.kernel.read() as Tensor4D, strides, padding);
      if (this.bias === undefined) return rectifiedPool ? tf.maxPool(relu(tf, y), 2, 2, 'valid') : y;
      const offset = this.bias.read() as Tensor1D;
      return rectifiedPool ? biasAddReluMaxPool(tf, y, offset) : biasAdd(tf, y, offset);
    }
  }
  return new Convolution({ name: options.name });
}
