import type { Shape, Tensor } from '@tensorflow/tfjs-node-gpu';
import { relu } from '../fusedOperations.ts';
import type { TensorFlow } from '../tensorFlow.ts';
import { onlyInput, onlyShape, type Layer } from './layerInputs.ts';

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
