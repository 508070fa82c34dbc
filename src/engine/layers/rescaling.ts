import type { Shape, Tensor } from '@tensorflow/tfjs-node-gpu';
import type { TensorFlow } from '../tensorFlow.ts';
import { onlyInput, onlyShape, type Layer } from './layerInputs.ts';

type PerChannel = number | readonly number[];

/** scale x + offset, each one number or one a channel. */
export function rescaling(
  tf: TensorFlow,
  options: { name: string; scale: PerChannel; offset: PerChannel },
): Layer {
  const tensor = (values: PerChannel): Tensor =>
    typeof values === 'number' ? tf.scalar(values) : tf.tensor1d([...values]);
  class Rescaling extends tf.layers.Layer {
    static className = 'NoisefloorRescaling';

    override computeOutputShape(inputShape: Shape | Shape[]): Shape {
      return onlyShape(inputShape);
    }

    override call(inputs: Tensor | Tensor[]): Tensor {
      const scaled = tf.mul(onlyInput(inputs), tensor(options.scale));
      return tf.add(scaled, tensor(options.offset));
    }
  }
  return new Rescaling({ name: options.name });
}
