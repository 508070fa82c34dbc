import type { Shape, Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { biasAdd, biasAddMaxPool } from '../fusedOperations.ts';
import type { TensorFlow } from '../tensorFlow.ts';
import { onlyInput, onlyShape, type Layer, type LayerWeight } from './layerInputs.ts';

/**
 * A two-dimensional convolution with `same` padding: [n, h, w, c] -> [n, ceil(h/strides), ceil(w/strides), filters].
 * Weights `kernel` [size, size, c, filters] and, unless `bias` is false, `bias` [filters].
 * @param options.pool also takes the maximum over windows of 2 x 2, halving height and width, rounded down.
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
    kernel: LayerWeight | undefined;
    bias: LayerWeight | undefined;

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
