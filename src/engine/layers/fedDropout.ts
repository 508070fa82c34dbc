import type { Shape, Tensor } from '@tensorflow/tfjs-node-gpu';
import type { TensorFlow } from '../tensorFlow.ts';
import { onlyInput, onlyShape, type Layer } from './layerInputs.ts';

/** A dropout layer: its random numbers are fed with each step. */
export interface DropoutLayer extends Layer {
  /** Float32 uniforms in [0, 1) for its elements, or for whole examples; what has a number >= the rate is kept. */
  uniform: Tensor | undefined;
  /** Shape of an example's numbers: that of the input, or all ones; known once the layer is built into a model. */
  exampleShape: readonly number[];
}

/** Dropout by fed numbers: what is kept is divided by 1 - rate. Does nothing unless training. */
export function fedDropout(
  tf: TensorFlow,
  options: { name: string; rate: number; wholeExamples: boolean },
): DropoutLayer {
  const { rate, wholeExamples } = options;
  class FedDropout extends tf.layers.Layer implements DropoutLayer {
    static className = 'NoisefloorFedDropout';
    uniform: Tensor | undefined;
    exampleShape: readonly number[] = [];

    override build(inputShape: Shape | Shape[]): void {
      this.exampleShape = onlyShape(inputShape)
        .slice(1)
        .map((size) => (wholeExamples ? 1 : (size ?? 0)));
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
