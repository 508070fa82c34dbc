import type { Shape, Tensor } from '@tensorflow/tfjs-node-gpu';
import type { ActivationFunction } from '../../networks/blueprint.ts';
import { relu, relu6, sigmoid, swish } from '../fusedOperations.ts';
import type { TensorFlow } from '../tensorFlow.ts';
import { onlyInput, onlyShape, type Layer } from './layerInputs.ts';

const functions = { relu, relu6, sigmoid, swish } as const;

/** A function of each element, with TensorFlow's own gradient. */
export function activation(tf: TensorFlow, options: { name: string; activation: ActivationFunction }): Layer {
  const apply = functions[options.activation];
  class Activation extends tf.layers.Layer {
    static className = 'NoisefloorActivation';

    override computeOutputShape(inputShape: Shape | Shape[]): Shape {
      return onlyShape(inputShape);
    }

    override call(inputs: Tensor | Tensor[]): Tensor {
      return apply(tf, onlyInput(inputs));
    }
  }
  return new Activation({ name: options.name });
}
