import type { Shape, Tensor } from '@tensorflow/tfjs-node-gpu';
import type { ActivationFunction } from '../../networks/layerOperation.ts';
import { elementwise, leakyRectified, relu, relu6, sigmoid, swish } from '../fusedOperations.ts';
import type { TensorFlow } from '../tensorFlow.ts';
import { onlyInput, onlyShape, type Layer } from './layerInputs.ts';

type Apply = (tf: TensorFlow, x: Tensor) => Tensor;

const functions: Readonly<Record<ActivationFunction, Apply>> = {
  ...{ relu, relu6, sigmoid, swish },
  tanh: elementwise('Tanh'),
  elu: elementwise('Elu'),
  selu: elementwise('Selu'),
  softplus: elementwise('Softplus'),
};

/** A function of each element, with TensorFlow's own gradient. */
export function activation(tf: TensorFlow, options: { name: string; activation: ActivationFunction }): Layer {
  return layerOf(tf, options.name, functions[options.activation]);
}

/** x, or slope times x where x is negative. */
export function leakyRelu(tf: TensorFlow, { name, slope }: { name: string; slope: number }): Layer {
  return layerOf(tf, name, (_, x) => leakyRectified(tf, x, slope));
}

function layerOf(tf: TensorFlow, name: string, apply: Apply): Layer {
  class Activation extends tf.layers.Layer {
    static className = 'NoisefloorActivation';

    override computeOutputShape(inputShape: Shape | Shape[]): Shape {
      return onlyShape(inputShape);
    }

    override call(inputs: Tensor | Tensor[]): Tensor {
      return apply(tf, onlyInput(inputs));
    }
  }
  return new Activation({ name });
}
