import type { Shape, Tensor } from '@tensorflow/tfjs-node-gpu';
import { meanOverImage } from '../spatialOperations.ts';
import type { TensorFlow } from '../tensorFlow.ts';
import { onlyInput, onlyShape, type Layer } from './layerInputs.ts';

/** The mean over an image: [n, h, w, c] -> [n, c], or [n, 1, 1, c] where it keeps the dimensions. */
export function globalAveragePool(
  tf: TensorFlow,
  options: { name: string; keepsDimensions: boolean },
): Layer {
  class GlobalAveragePool extends tf.layers.Layer {
    static className = 'NoisefloorGlobalAveragePool';

    override computeOutputShape(inputShape: Shape | Shape[]): Shape {
      const [n = null, , , channels = null] = onlyShape(inputShape);
      return options.keepsDimensions ? [n, 1, 1, channels] : [n, channels];
    }

    override call(inputs: Tensor | Tensor[]): Tensor {
      const x = onlyInput(inputs);
      const mean = meanOverImage(tf, x);
      return options.keepsDimensions ? mean : tf.reshape(mean, [x.shape[0], x.shape[3]]);
    }
  }
  return new GlobalAveragePool({ name: options.name });
}
