import type { Shape, Tensor } from '@tensorflow/tfjs-node-gpu';
import type { TensorFlow } from '../tensorFlow.ts';
import { onlyInput, onlyShape, type Layer } from './layerInputs.ts';

type Sides = readonly [before: number, after: number];

/** Zeros above and below, and left and right; each side its own number of rows or columns. */
export function zeroPadding(
  tf: TensorFlow,
  options: { name: string; padding: readonly [Sides, Sides] },
): Layer {
  const [[top, bottom], [left, right]] = options.padding;
  class ZeroPadding extends tf.layers.Layer {
    static className = 'NoisefloorZeroPadding';

    override computeOutputShape(inputShape: Shape | Shape[]): Shape {
      const [n = null, height, width, channels = null] = onlyShape(inputShape);
      return [n, (height ?? 0) + top + bottom, (width ?? 0) + left + right, channels];
    }

    override call(inputs: Tensor | Tensor[]): Tensor {
      return tf.pad(onlyInput(inputs), [
        [0, 0],
        [top, bottom],
        [left, right],
        [0, 0],
      ]);
    }
  }
  return new ZeroPadding({ name: options.name });
}
