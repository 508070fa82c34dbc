import type { Rank, Scalar, Tensor, Tensor2D, Variable } from '@tensorflow/tfjs-node-gpu';
import type { Recipe } from '../study/task.ts';
import type { Adam } from './adam.ts';
import { attribute } from './attributes.ts';
import { augment, augmentationNeeds } from './augmentation.ts';
import type { HeldExamples } from './examples.ts';
import { FingerprintNodes } from './fingerprint.ts';
import { sparseSoftmaxCrossEntropy } from './fusedOperations.ts';
import type { GraphDefinition, GraphOutput, SessionVariable } from './graphDefinition.ts';
import type { ModelWeight } from './modelWeights.ts';
import type { Network } from './network.ts';
import { Recording } from './recording.ts';
import { scale } from './scaling.ts';
import { inScope } from './scope.ts';
import type { FeedSpecification } from './session.ts';
import type { TensorFlow } from './tensorFlow.ts';

/** A model weight and the session variable that holds it. */
export interface HeldWeight extends ModelWeight {
  readonly held: SessionVariable;
}

/** What the graphs of a session have in common. */
export interface SessionParts {
  readonly tf: TensorFlow;
  readonly graph: GraphDefinition;
  readonly network: Network;
  readonly weights: readonly HeldWeight[];
  readonly recipe: Recipe;
  readonly imageShape: readonly [number, number, number];
}

/** A training step for one batch size. */
export interface StepGraph {
  /** Indices, learning rate, flips, crops, dropout numbers: those that the task needs, in this order. */
  readonly feeds: readonly FeedSpecification[];
  /** int32 [2 + tensors]: the bits of the loss, how many were right, the fingerprints. */
  readonly result: GraphOutput;
}

/**
 * Adds the training step for batches of `size` examples: gather, scale, augment, forward, backward, Adam, moving
 * statistics, then the fingerprints of the updated tensors.
 *
 * Each variable is read once before its update and the gradient depends on that read; fingerprints read again after all
 * updates. So the result does not depend on the order in which TensorFlow runs the nodes.
 *
 * @param tensors what is fingerprinted, in order.
 */
export function addStep(
  parts: SessionParts,
  optimizer: Adam,
  examples: HeldExamples,
  size: number,
  tensors: readonly SessionVariable[],
): StepGraph {
  const { graph } = parts;
  return graph.within(`train${String(size)}`, () => {
    const feeds: FeedSpecification[] = [];
    const feed = (name: string, dtype: 'float32' | 'int32', shape: readonly number[]): GraphOutput => {
      const placeholder = graph.placeholder(name, dtype, shape);
      feeds.push({ name: placeholder, dtype, shape });
      return placeholder;
    };
    const indices = feed('indices', 'int32', [size]);
    const learningRate = feed('learning_rate', 'float32', []);
    const { loss, correct, gradients, statistics } = record(parts, examples.gather(indices), size, feed);
    const updates = [
      ...optimizer.update(learningRate, gradients),
      ...statistics.map(({ held, value }) => graph.assign(held, value)),
    ];
    const fingerprints = new FingerprintNodes(graph);
    const words = [
      graph.add('Bitcast', [loss], { T: attribute.type('float32'), type: attribute.type('int32') }),
      correct,
      ...tensors.map((variable) => fingerprints.of(graph.read(variable, updates), variable.shape)),
    ];
    const packed = graph.add('Pack', words, {
      T: attribute.type('int32'),
      N: attribute.int(words.length),
      axis: attribute.int(0),
    });
    return { feeds, result: graph.identity('int32', packed, updates) };
  });
}

interface RecordedStep {
  readonly loss: GraphOutput;
  readonly correct: GraphOutput;
  readonly gradients: readonly { readonly weight: SessionVariable; readonly gradient: GraphOutput }[];
  readonly statistics: readonly { readonly held: SessionVariable; readonly value: GraphOutput }[];
}

/** Records forward and backward pass on a sample batch of zeros. */
function record(
  { tf, graph, network, weights, recipe, imageShape }: SessionParts,
  batch: { pixels: GraphOutput; labels: GraphOutput },
  size: number,
  feed: (name: string, dtype: 'float32' | 'int32', shape: readonly number[]) => GraphOutput,
): RecordedStep {
  const initial = weights.map(({ variable }) => tf.clone(variable));
  try {
    return inScope(tf, () => {
      const recording = new Recording(tf, graph);
      const bound = <T extends Tensor>(tensor: T, output: GraphOutput): T => {
        recording.bind(tensor, output);
        return tensor;
      };
      const read = weights.map(({ held, variable }) => {
        const output = graph.read(held);
        recording.bind(variable, output);
        return output;
      });
      const pixels = bound(tf.zeros<Rank.R4>([size, ...imageShape]), batch.pixels);
      const labels = bound(tf.zeros<Rank.R1>([size], 'int32'), batch.labels);
      const needs = augmentationNeeds(recipe.augmentation);
      const numbers = {
        ...(needs.flip && { flip: bound(tf.zeros<Rank.R1>([size]), feed('flip', 'float32', [size])) }),
        ...(needs.crop !== null && {
          crop: bound(tf.zeros<Rank.R2>([size, 2], 'int32'), feed('crop', 'int32', [size, 2])),
        }),
      };
      network.dropout.forEach((layer, index) => {
        const shape = [size, ...layer.exampleShape];
        layer.uniform = bound(tf.zeros(shape), feed(`dropout${String(index)}`, 'float32', shape));
      });
      return recording.run(() => {
        const x = augment(tf, scale(tf, pixels, recipe.scaling), recipe.augmentation, numbers);
        const trainable = weights.filter((weight) => weight.trainable);
        let correct: Tensor | undefined;
        const { value, grads } = tf.variableGrads(
          () => {
            const logits = network.model.apply(x, { training: true }) as Tensor2D;
            correct = tf.keep(tf.sum(tf.cast(tf.equal(tf.argMax(logits, 1), labels), 'int32')));
            return tf.mean<Scalar>(sparseSoftmaxCrossEntropy(tf, labels, logits));
          },
          trainable.map(({ variable }) => variable),
        );
        const result = {
          loss: recording.outputOf(value),
          correct: recording.outputOf(correct as Tensor),
          gradients: trainable.map(({ held, variable }) => ({
            weight: held,
            gradient: recording.outputOf(gradientOf(grads, variable)),
          })),
          statistics: weights.flatMap(({ held, variable, trainable: learned }, index) => {
            const value = recording.outputOf(variable);
            return learned || value === read[index] ? [] : [{ held, value }];
          }),
        };
        correct?.dispose();
        return result;
      });
    });
  } finally {
    for (const layer of network.dropout) layer.uniform = undefined;
    weights.forEach(({ variable }, index) => {
      const before = initial[index];
      if (before !== undefined) variable.assign(before);
      before?.dispose();
    });
  }
}

function gradientOf(gradients: Readonly<Record<string, Tensor>>, variable: Variable): Tensor {
  const gradient = gradients[variable.name];
  if (gradient === undefined) throw new Error(`tfjs gave no gradient for ${variable.name}.`);
  return gradient;
}
