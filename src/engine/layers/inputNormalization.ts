import type { Shape, Tensor } from '@tensorflow/tfjs-node-gpu';
import type { TensorFlow } from '../tensorFlow.ts';
import { onlyInput, onlyShape, type Layer, type LayerWeight } from './layerInputs.ts';

/** What Keras divides by at least. */
const smallestDeviation = 1e-7;

/**
 * (x - mean) / standard deviation for each channel, as Keras' `Normalization`: `mean` [c], `variance` [c] and `count` [],
 * none of which training changes. For images: it passes no gradient on to its weights.
 */
export function inputNormalization(tf: TensorFlow, options: { name: string }): Layer {
  class InputNormalization extends tf.layers.Layer {
    static className = 'NoisefloorInputNormalization';
    statistics: readonly [mean: LayerWeight, variance: LayerWeight] | undefined;

    override build(inputShape: Shape | Shape[]): void {
      const channels = [onlyShape(inputShape)[3] ?? 0];
      const kept = (name: string, shape: number[], start: 'zeros' | 'ones'): LayerWeight =>
        this.addWeight(name, shape, 'float32', tf.initializers[start](), undefined, false);
      this.statistics = [kept('mean', channels, 'zeros'), kept('variance', channels, 'ones')];
      kept('count', [], 'zeros');
      this.built = true;
    }

    override computeOutputShape(inputShape: Shape | Shape[]): Shape {
      return onlyShape(inputShape);
    }

    override call(inputs: Tensor | Tensor[]): Tensor {
      if (this.statistics === undefined) throw new Error(`Layer ${this.name} is not built.`);
      const [mean, variance] = this.statistics;
      const deviation = tf.maximum(tf.sqrt(variance.read()), smallestDeviation);
      return tf.div(tf.sub(onlyInput(inputs), mean.read()), deviation);
    }
  }
  return new InputNormalization({ name: options.name });
}
