import type { Rank, Scalar, Tensor, Tensor2D, Variable } from '@tensorflow/tfjs-node-gpu';
import type { Recipe } from '../study/task.ts';
import { augment, augmentationNeeds } from './augmentation.ts';
import type { GraphDefinition, GraphOutput, SessionVariable } from './graphDefinition.ts';
import type { HalfType } from './mixedPrecision.ts';
import type { ModelWeight } from './modelWeights.ts';
import type { Network } from './network.ts';
import type { Objective } from './objective.ts';
import { Recording } from './recording.ts';
import { scale } from './scaling.ts';
import { inScope } from './scope.ts';
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
  readonly objective: Objective;
  /** What the layers are computed in instead of float32, if anything. */
  readonly half?: HalfType | undefined;
}

/** Graph outputs that a pass is given: `count` examples of a batch. */
export interface PassInputs {
  readonly count: number;
  /** Size of the whole batch, which the loss is a mean over. */
  readonly batch: number;
  /** float32 [count, height, width, channels], 0 to 255. */
  readonly pixels: GraphOutput;
  /** int32 [count], or float32 [count, attributes]. */
  readonly labels: GraphOutput;
  /** float32 [count] and int32 [count, 2], where the recipe needs them; float32 [count, ...] for each dropout layer. */
  readonly flip: GraphOutput | undefined;
  readonly crop: GraphOutput | undefined;
  readonly dropout: readonly GraphOutput[];
  /** The weights, one for each of the session's, read before they are updated. */
  readonly weights: readonly GraphOutput[];
  /** float32 scalar that the loss is multiplied by before the backward pass, where the gradients need it. */
  readonly lossScale?: GraphOutput | undefined;
}

/** What a forward and backward pass gives. */
export interface PassOutputs {
  /** float32 scalar: sum of the examples' losses over the size of the batch. */
  readonly loss: GraphOutput;
  /** int32 scalar */
  readonly correct: GraphOutput;
  /** Of the scaled loss, one for each trainable weight, in order. */
  readonly gradients: readonly GraphOutput[];
  /** New values of the moving statistics. */
  readonly statistics: readonly { readonly held: SessionVariable; readonly value: GraphOutput }[];
}

/** Records scaling, augmentation, forward and backward pass on a sample of zeros. */
export function recordPass(parts: SessionParts, inputs: PassInputs): PassOutputs {
  const { tf, weights, network } = parts;
  const before = weights.map(({ variable }) => tf.clone(variable));
  try {
    return inScope(tf, () => record(parts, inputs));
  } finally {
    for (const layer of network.dropout) layer.uniform = undefined;
    weights.forEach(({ variable }, index) => {
      const value = before[index];
      if (value !== undefined) variable.assign(value);
      value?.dispose();
    });
  }
}

function record(parts: SessionParts, inputs: PassInputs): PassOutputs {
  const { tf, graph, network, weights, recipe, imageShape, objective } = parts;
  const { count } = inputs;
  const recording = new Recording(tf, graph, parts.half);
  const bound = <T extends Tensor>(tensor: T, output: GraphOutput | undefined): T => {
    if (output !== undefined) recording.bind(tensor, output);
    return tensor;
  };
  weights.forEach(({ variable }, index) => bound(variable as Tensor, inputs.weights[index]));
  const pixels = bound(tf.zeros<Rank.R4>([count, ...imageShape]), inputs.pixels);
  const labels = bound(objective.labels(count), inputs.labels);
  const needs = augmentationNeeds(recipe.augmentation);
  const numbers = {
    ...(needs.flip && { flip: bound(tf.zeros<Rank.R1>([count]), inputs.flip) }),
    ...(needs.crop !== null && { crop: bound(tf.zeros<Rank.R2>([count, 2], 'int32'), inputs.crop) }),
  };
  network.dropout.forEach((layer, index) => {
    layer.uniform = bound(tf.zeros([count, ...layer.exampleShape]), inputs.dropout[index]);
  });
  const lossScale =
    inputs.lossScale === undefined ? undefined : bound(tf.zeros<Rank.R0>([]), inputs.lossScale);
  const trainable = weights.filter((weight) => weight.trainable);
  return recording.run(() => {
    const x = augment(tf, scale(tf, pixels, recipe.scaling), recipe.augmentation, numbers);
    let logits: Tensor2D | undefined;
    let loss: Scalar | undefined;
    const { grads } = tf.variableGrads(
      () => {
        const given = tf.keep(network.model.apply(x, { training: true }) as Tensor2D);
        logits = given;
        const losses = recording.inFloat32(() => objective.losses(labels, given, recipe.labelSmoothing));
        const mean = tf.div<Scalar>(tf.sum(losses), inputs.batch);
        loss = tf.keep(mean);
        return lossScale === undefined ? mean : tf.mul<Scalar>(mean, lossScale);
      },
      trainable.map(({ variable }) => variable),
    );
    if (logits === undefined || loss === undefined) throw new Error('tfjs did not run the forward pass.');
    const correct = objective.correct(labels, logits);
    const lossOutput = recording.outputOf(loss);
    logits.dispose();
    loss.dispose();
    return {
      loss: lossOutput,
      correct: recording.outputOf(correct),
      gradients: trainable.map(({ variable }) => recording.outputOf(gradientOf(grads, variable))),
      statistics: weights.flatMap(({ held, variable, trainable: learned }, index) => {
        const updated = recording.outputOf(variable);
        return learned || updated === inputs.weights[index] ? [] : [{ held, value: updated }];
      }),
    };
  });
}

function gradientOf(gradients: Readonly<Record<string, Tensor>>, variable: Variable): Tensor {
  const gradient = gradients[variable.name];
  if (gradient === undefined) throw new Error(`tfjs gave no gradient for ${variable.name}.`);
  return gradient;
}
