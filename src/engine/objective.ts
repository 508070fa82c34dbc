import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-node-gpu';
import { sigmoidCrossEntropy, softmaxCrossEntropy, sparseSoftmaxCrossEntropy } from './fusedOperations.ts';
import type { TensorFlow } from './tensorFlow.ts';

/** What a network is trained for: how its logits are judged against the labels. */
export interface Objective {
  /** Labels of zeros for `count` examples, to record with. */
  labels(count: number): Tensor;
  /** float32 [n]: loss of each example. @param smoothing part of each label that is spread evenly over all classes. */
  losses(labels: Tensor, logits: Tensor2D, smoothing?: number): Tensor1D;
  /** int32 scalar: how many answers are right. */
  correct(labels: Tensor, logits: Tensor2D): Tensor;
  /** int32: the answers, one or, where each example has attributes, [n, attributes] of 0 and 1. */
  predictions(logits: Tensor2D): Tensor;
}

/** One class an example: softmax cross-entropy with int32 labels [n]. */
export function classObjective(tf: TensorFlow, classes: number): Objective {
  return {
    labels: (count) => tf.zeros([count], 'int32'),
    losses: (labels, logits, smoothing = 0) =>
      smoothing === 0
        ? sparseSoftmaxCrossEntropy(tf, labels, logits)
        : softmaxCrossEntropy(tf, smoothed(labels, smoothing), logits),
    correct: (labels, logits) => tf.sum(tf.cast(tf.equal(tf.argMax(logits, 1), labels), 'int32')),
    predictions: (logits) => tf.argMax(logits, 1),
  };

  function smoothed(labels: Tensor, smoothing: number): Tensor {
    const certain = tf.cast(tf.oneHot(labels as Tensor1D, classes), 'float32');
    return tf.add(tf.mul(certain, 1 - smoothing), smoothing / classes);
  }
}

/**
 * Attributes, each of which an example has or has not: sigmoid cross-entropy with float32 labels [n, attributes] of 0
 * and 1, the mean over the attributes.
 */
export function attributeObjective(tf: TensorFlow, attributes: number): Objective {
  return {
    labels: (count) => tf.zeros([count, attributes]),
    losses: (labels, logits, smoothing = 0) => {
      const targets = smoothing === 0 ? labels : tf.add(tf.mul(labels, 1 - smoothing), 0.5 * smoothing);
      return tf.mean(sigmoidCrossEntropy(tf, targets as Tensor2D, logits), 1);
    },
    correct: (labels, logits) =>
      tf.sum(tf.cast(tf.equal(tf.greater(logits, 0), tf.greater(labels, 0.5)), 'int32')),
    predictions: (logits) => tf.cast(tf.greater(logits, 0), 'int32'),
  };
}
