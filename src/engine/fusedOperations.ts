import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { nativeOperation, nativeTensor } from './nativeOperation.ts';
import type { TensorFlow } from './tensorFlow.ts';

const float = { type: 'float32' } as const;
const biasFormat = { T: float, data_format: { string: 'NHWC' } } as const;

/** max(x, 0) with TensorFlow's own gradient, where tfjs composes several ops. Any shape, float32. */
export function relu<T extends Tensor>(tf: TensorFlow, x: T): T {
  return rectified(tf, x, 'Relu');
}

/** min(max(x, 0), 6) with TensorFlow's own gradient. Any shape, float32. */
export function relu6<T extends Tensor>(tf: TensorFlow, x: T): T {
  return rectified(tf, x, 'Relu6');
}

function rectified<T extends Tensor>(tf: TensorFlow, x: T, op: 'Relu' | 'Relu6'): T {
  return tf.customGrad((input, save) => {
    const y = nativeTensor(tf, op, [input as Tensor], { T: float });
    (save as (tensors: Tensor[]) => void)([y]);
    return {
      value: y,
      gradFunc: (dy: Tensor, saved: Tensor[]) => nativeTensor(tf, `${op}Grad`, [dy, ...saved], { T: float }),
    };
  })(x) as T;
}

/** 1 / (1 + exp(-x)) with TensorFlow's own gradient. Any shape, float32. */
export function sigmoid<T extends Tensor>(tf: TensorFlow, x: T): T {
  return tf.customGrad((input, save) => {
    const y = nativeTensor(tf, 'Sigmoid', [input as Tensor], { T: float });
    (save as (tensors: Tensor[]) => void)([y]);
    return {
      value: y,
      gradFunc: (dy: Tensor, saved: Tensor[]) =>
        nativeTensor(tf, 'SigmoidGrad', [...saved, dy], { T: float }),
    };
  })(x) as T;
}

/** x sigmoid(x) (Ramachandran et al. 2017); its gradient takes four ops. Any shape, float32. */
export function swish<T extends Tensor>(tf: TensorFlow, x: T): T {
  const multiply = (a: Tensor, b: Tensor): Tensor => nativeTensor(tf, 'Mul', [a, b], { T: float });
  return tf.customGrad((input, save) => {
    const gate = nativeTensor(tf, 'Sigmoid', [input as Tensor], { T: float });
    (save as (tensors: Tensor[]) => void)([input as Tensor, gate]);
    return {
      value: multiply(input as Tensor, gate),
      gradFunc: (dy: Tensor, [values, gates]: Tensor[]) => {
        if (values === undefined || gates === undefined) throw new Error('tfjs lost what swish had saved.');
        const throughGate = nativeTensor(tf, 'SigmoidGrad', [gates, multiply(dy, values)], { T: float });
        return nativeTensor(tf, 'AddV2', [multiply(dy, gates), throughGate], { T: float });
      },
    };
  })(x) as T;
}

/** Functions of each element whose gradient TensorFlow has an op for, and what that op wants: y, or x of softplus. */
export function elementwise(
  op: 'Tanh' | 'Elu' | 'Selu' | 'Softplus',
): <T extends Tensor>(tf: TensorFlow, x: T) => T {
  return <T extends Tensor>(tf: TensorFlow, x: T) =>
    tf.customGrad((input, save) => {
      const y = nativeTensor(tf, op, [input as Tensor], { T: float });
      (save as (tensors: Tensor[]) => void)([op === 'Softplus' ? (input as Tensor) : y]);
      return {
        value: y,
        // Of these, TanhGrad alone takes y first.
        gradFunc: (dy: Tensor, saved: Tensor[]) =>
          nativeTensor(tf, `${op}Grad`, op === 'Tanh' ? [...saved, dy] : [dy, ...saved], { T: float }),
      };
    })(x) as T;
}

/** x, or slope times x where x is negative, with TensorFlow's own gradient. Any shape, float32. */
export function leakyRectified<T extends Tensor>(tf: TensorFlow, x: T, slope: number): T {
  const attributes = { T: float, alpha: { float: slope } } as const;
  return tf.customGrad((input, save) => {
    (save as (tensors: Tensor[]) => void)([input as Tensor]);
    return {
      value: nativeTensor(tf, 'LeakyRelu', [input as Tensor], attributes),
      gradFunc: (dy: Tensor, saved: Tensor[]) =>
        nativeTensor(tf, 'LeakyReluGrad', [dy, ...saved], attributes),
    };
  })(x) as T;
}

/**
 * Adds a bias to the last dimension.
 * @param x float32 [..., c].
 * @param bias float32 [c].
 */
export function biasAdd<T extends Tensor>(tf: TensorFlow, x: T, bias: Tensor1D): T {
  return tf.customGrad((input, offset) => ({
    value: nativeTensor(tf, 'BiasAdd', [input as Tensor, offset as Tensor], biasFormat),
    gradFunc: (dy: Tensor) => [dy, nativeTensor(tf, 'BiasAddGrad', [dy], biasFormat)],
  }))(x, bias) as T;
}

/**
 * Adds a bias to the last dimension, takes max(x, 0), then the maximum over windows of 2 x 2 (odd rows and columns at
 * the end are dropped). TensorFlow fuses the first two into the convolution before them. The gradients of all three are
 * computed on the pooled quarter: no other place has any.
 * @param x float32 [n, h, w, c].
 * @param bias float32 [c].
 * @returns float32 [n, floor(h/2), floor(w/2), c].
 */
export function biasAddReluMaxPool(tf: TensorFlow, x: Tensor4D, bias: Tensor1D): Tensor4D {
  const window = {
    T: float,
    ksize: { ints: [1, 2, 2, 1] },
    strides: { ints: [1, 2, 2, 1] },
    padding: { string: 'VALID' },
    data_format: { string: 'NHWC' },
  } as const;
  return tf.customGrad((input, offset, save) => {
    const biased = nativeTensor(tf, 'BiasAdd', [input as Tensor, offset as Tensor], biasFormat);
    const rectified = nativeTensor(tf, 'Relu', [biased], { T: float });
    const pooled = nativeTensor(tf, 'MaxPool', [rectified], window);
    (save as (tensors: Tensor[]) => void)([rectified, pooled]);
    return {
      value: pooled,
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const passed = nativeTensor(tf, 'ReluGrad', [dy, ...saved.slice(1)], { T: float });
        return [
          nativeTensor(tf, 'MaxPoolGrad', [...saved, passed], window),
          nativeTensor(tf, 'BiasAddGrad', [passed], biasFormat),
        ];
      },
    };
  })(x, bias) as Tensor4D;
}

/**
 * Softmax cross-entropy of each example with the index of its class.
 * @param labels int32 [n], 0 to classes - 1.
 * @param logits float32 [n, classes].
 * @returns float32 [n].
 */
export function sparseSoftmaxCrossEntropy(tf: TensorFlow, labels: Tensor, logits: Tensor): Tensor1D {
  return tf.customGrad((z, save) => {
    const [loss, gradient] = nativeOperation(
      tf,
      'SparseSoftmaxCrossEntropyWithLogits',
      [z as Tensor, labels],
      { T: float, Tlabels: { type: 'int32' } },
      2,
    ) as [Tensor, Tensor];
    (save as (tensors: Tensor[]) => void)([gradient]);
    return {
      value: loss,
      gradFunc: (dy: Tensor, saved: Tensor[]) => tf.mul(saved[0] as Tensor, tf.reshape(dy, [-1, 1])),
    };
  })(logits) as Tensor1D;
}

/**
 * Softmax cross-entropy of each example with a distribution over the classes.
 * @param labels float32 [n, classes], rows that add up to 1; no gradient is taken by them.
 * @param logits float32 [n, classes].
 * @returns float32 [n].
 */
export function softmaxCrossEntropy(tf: TensorFlow, labels: Tensor, logits: Tensor): Tensor1D {
  return tf.customGrad((z, save) => {
    const [loss, gradient] = nativeOperation(
      tf,
      'SoftmaxCrossEntropyWithLogits',
      [z as Tensor, labels],
      { T: float },
      2,
    ) as [Tensor, Tensor];
    (save as (tensors: Tensor[]) => void)([gradient]);
    return {
      value: loss,
      gradFunc: (dy: Tensor, saved: Tensor[]) => tf.mul(saved[0] as Tensor, tf.reshape(dy, [-1, 1])),
    };
  })(logits) as Tensor1D;
}

/**
 * Sigmoid cross-entropy of each number, as `tf.nn.sigmoid_cross_entropy_with_logits` computes it:
 * max(z, 0) - z label + log(1 + exp(-|z|)), whose gradient is sigmoid(z) - label.
 * @param labels float32 [n, attributes], 0 to 1; no gradient is taken by them.
 * @param logits float32 [n, attributes].
 * @returns float32 [n, attributes].
 */
export function sigmoidCrossEntropy(tf: TensorFlow, labels: Tensor2D, logits: Tensor2D): Tensor2D {
  return tf.customGrad((input, save) => {
    const z = input as Tensor2D;
    (save as (tensors: Tensor[]) => void)([tf.sub(tf.sigmoid(z), labels)]);
    return {
      value: tf.add(tf.sub(tf.relu(z), tf.mul(z, labels)), tf.log1p(tf.exp(tf.neg(tf.abs(z))))),
      gradFunc: (dy: Tensor, saved: Tensor[]) => tf.mul(saved[0] as Tensor, dy),
    };
  })(logits) as Tensor2D;
}

/** What batch normalisation of a training batch gives. The statistics carry no gradient; dispose of them. */
export interface NormalizedBatch {
  readonly y: Tensor4D;
  /** float32 [c]: mean over the batch. */
  readonly mean: Tensor1D;
  /** float32 [c]: variance over the batch, with Bessel's correction. */
  readonly variance: Tensor1D;
}

/**
 * Batch normalisation by the batch's own statistics, in one op, with one op for the gradient.
 * @param x float32 [n, h, w, c].
 * @param gamma float32 [c], scale.
 * @param beta float32 [c], offset.
 * @param epsilon added to the variance.
 */
export function normalizeBatch(
  tf: TensorFlow,
  x: Tensor4D,
  gamma: Tensor1D,
  beta: Tensor1D,
  epsilon: number,
): NormalizedBatch {
  const attributes = {
    T: float,
    U: float,
    epsilon: { float: epsilon },
    data_format: { string: 'NHWC' },
    is_training: { bool: true },
  } as const;
  let statistics: readonly [Tensor1D, Tensor1D] | undefined;
  const y = tf.customGrad((input, scale, offset, save) => {
    const unused = tf.tensor1d([], 'float32');
    const [output, mean, variance, ...reserved] = nativeOperation(
      tf,
      'FusedBatchNormV3',
      [input as Tensor, scale as Tensor, offset as Tensor, unused, unused],
      { ...attributes, exponential_avg_factor: { float: 1 } },
      6,
    ) as [Tensor, Tensor1D, Tensor1D, Tensor, Tensor, Tensor];
    statistics = [tf.keep(mean), tf.keep(variance)];
    (save as (tensors: Tensor[]) => void)([input as Tensor, scale as Tensor, ...reserved]);
    return {
      value: output,
      gradFunc: (dy: Tensor, saved: Tensor[]) =>
        nativeOperation(tf, 'FusedBatchNormGradV3', [dy, ...saved], attributes, 5).slice(0, 3),
    };
  })(x, gamma, beta) as Tensor4D;
  if (statistics === undefined) throw new Error('Batch normalisation gave no statistics.');
  return { y, mean: statistics[0], variance: statistics[1] };
}

/**
 * Batch normalisation by given statistics.
 * @param x float32 [n, h, w, c]; the other tensors are float32 [c].
 */
export function normalizeByStatistics(
  tf: TensorFlow,
  x: Tensor4D,
  gamma: Tensor1D,
  beta: Tensor1D,
  mean: Tensor1D,
  variance: Tensor1D,
  epsilon: number,
): Tensor4D {
  const [y] = nativeOperation(
    tf,
    'FusedBatchNormV3',
    [x, gamma, beta, mean, variance],
    {
      T: float,
      U: float,
      epsilon: { float: epsilon },
      data_format: { string: 'NHWC' },
      is_training: { bool: false },
      exponential_avg_factor: { float: 1 },
    },
    6,
  ) as [Tensor4D];
  return y;
}
