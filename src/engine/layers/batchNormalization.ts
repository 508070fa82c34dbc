import type { Rank, Shape, Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { normalizeBatch, normalizeByStatistics } from '../fusedOperations.ts';
import type { TensorFlow } from '../tensorFlow.ts';
import { onlyInput, onlyShape, type Layer, type LayerWeight } from './layerInputs.ts';

/**
 * Batch normalisation over all but the last dimension of [n, h, w, c] or [n, c], as Keras 3 computes it: weights `gamma`
 * unless `scale` is false, `beta` unless `offset` is, moving statistics `moving_mean`, `moving_variance` (of the biased
 * variance), all [c].
 * @param options.momentum what stays of the moving statistics at each step.
 */
export function batchNormalization(
  tf: TensorFlow,
  options: { name: string; momentum: number; epsilon: number; scale: boolean; offset: boolean },
): Layer {
  const { momentum, epsilon, scale, offset } = options;
  class BatchNormalization extends tf.layers.Layer {
    static className = 'NoisefloorBatchNormalization';
    parts:
      | (Record<'mean' | 'variance', LayerWeight> & Record<'gamma' | 'beta', LayerWeight | undefined>)
      | undefined;

    override build(inputShape: Shape | Shape[]): void {
      const shape = [onlyShape(inputShape).at(-1) ?? 0];
      const zeros = tf.initializers.zeros();
      const ones = tf.initializers.ones();
      this.parts = {
        gamma: scale ? this.addWeight('gamma', shape, 'float32', ones) : undefined,
        beta: offset ? this.addWeight('beta', shape, 'float32', zeros) : undefined,
        mean: this.addWeight('moving_mean', shape, 'float32', zeros, undefined, false),
        variance: this.addWeight('moving_variance', shape, 'float32', ones, undefined, false),
      };
      this.built = true;
    }

    override computeOutputShape(inputShape: Shape | Shape[]): Shape {
      return onlyShape(inputShape);
    }

    override call(inputs: Tensor | Tensor[], options: { training?: boolean } = {}): Tensor {
      const input = onlyInput(inputs) as Tensor;
      if (input.rank === 4) return this.normalized(input as Tensor4D, options.training === true);
      const [n = 0, features = 0] = input.shape;
      const x = tf.reshape<Rank.R4>(input, [n, 1, 1, features]);
      return tf.reshape(this.normalized(x, options.training === true), [n, features]);
    }

    normalized(x: Tensor4D, training: boolean): Tensor4D {
      if (this.parts === undefined) throw new Error(`Layer ${this.name} is not built.`);
      const { mean, variance } = this.parts;
      const gamma = (this.parts.gamma?.read() ?? tf.ones([x.shape[3]])) as Tensor1D;
      const beta = (this.parts.beta?.read() ?? tf.zeros([x.shape[3]])) as Tensor1D;
      if (!training) {
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
