import type { Shape, Tensor, Tensor1D } from '@tensorflow/tfjs-node-gpu';
import { normalizeBatch, normalizeByStatistics } from '../fusedOperations.ts';
import type { TensorFlow } from '../tensorFlow.ts';
import { onlyInput, onlyShape, type Layer, type LayerWeight } from './layerInputs.ts';

/** What stays of the moving statistics at each step, in every network here. */
const momentum = 0.99;

/**
 * Batch normalisation over all but the last dimension, as Keras 3 computes it: weights `gamma` unless `scale` is false,
 * `beta`, moving statistics `moving_mean`, `moving_variance` (of the biased variance), all [c].
 */
export function batchNormalization(
  tf: TensorFlow,
  options: { name: string; epsilon: number; scale: boolean },
): Layer {
  const { epsilon, scale } = options;
  class BatchNormalization extends tf.layers.Layer {
    static className = 'NoisefloorBatchNormalization';
    parts:
      (Record<'beta' | 'mean' | 'variance', LayerWeight> & { gamma: LayerWeight | undefined }) | undefined;

    override build(inputShape: Shape | Shape[]): void {
      const shape = [onlyShape(inputShape)[3] ?? 0];
      const zeros = tf.initializers.zeros();
      const ones = tf.initializers.ones();
      this.parts = {
        gamma: scale ? this.addWeight('gamma', shape, 'float32', ones) : undefined,
        beta: this.addWeight('beta', shape, 'float32', zeros),
        mean: this.addWeight('moving_mean', shape, 'float32', zeros, undefined, false),
        variance: this.addWeight('moving_variance', shape, 'float32', ones, undefined, false),
      };
      this.built = true;
    }

    override computeOutputShape(inputShape: Shape | Shape[]): Shape {
      return onlyShape(inputShape);
    }

    override call(inputs: Tensor | Tensor[], options: { training?: boolean } = {}): Tensor {
      if (this.parts === undefined) throw new Error(`Layer ${this.name} is not built.`);
      const { mean, variance } = this.parts;
      const x = onlyInput(inputs);
      const gamma = (this.parts.gamma?.read() ?? tf.ones([x.shape[3]])) as Tensor1D;
      const beta = this.parts.beta.read() as Tensor1D;
      if (options.training !== true) {
        return normalizeByStatistics(
          tf,
          x,
          gamma,
          beta,
          mean.read() as Tensor1D,
          variance.read() as Tensor1D,
          epsilon,
        );
      }
      const batch = normalizeBatch(tf, x, gamma, beta, epsilon);
      const count = x.size / (x.shape[3] || 1);
      const biased = (count - 1) / count;
      mean.write(tf.add(tf.mul(mean.read(), momentum), tf.mul(batch.mean, 1 - momentum)));
      variance.write(
        tf.add(tf.mul(variance.read(), momentum), tf.mul(batch.variance, biased * (1 - momentum))),
      );
      batch.mean.dispose();
      batch.variance.dispose();
      return batch.y;
    }
  }
  return new BatchNormalization({ name: options.name });
}
