import type { GradientClipping, Recipe, WeightDecay } from '../study/task.ts';
import { attribute } from './attributes.ts';
import { elementCount } from './dataTypes.ts';
import { exactAttributes } from './exactness.ts';
import type { GraphDefinition, GraphOutput } from './graphDefinition.ts';
import type { WeightUpdate } from './optimizer.ts';
import type { HeldWeight } from './passGraph.ts';

/** A weight as it was read before its update, and the gradient of the loss by it. */
export interface WeightGradient {
  readonly weight: HeldWeight;
  readonly value: GraphOutput;
  readonly gradient: GraphOutput;
}

const float = { T: attribute.type('float32') };

/**
 * What a recipe does to gradients between the backward pass and the optimiser, in Keras' order: the gradient of the L2
 * term is part of the loss's, what comes of it is clipped, and decoupled decay changes the weights before their update.
 * @param learningRate float32 scalar.
 */
export function weightUpdates(
  graph: GraphDefinition,
  recipe: Pick<Recipe, 'weightDecay' | 'gradientClipping'>,
  learningRate: GraphOutput,
  gradients: readonly WeightGradient[],
): WeightUpdate[] {
  const { weightDecay, gradientClipping } = recipe;
  const regularised = gradients.map((each) =>
    weightDecay?.kind === 'l2' && decays(each.weight, weightDecay)
      ? { ...each, gradient: withSquares(graph, weightDecay.rate, each) }
      : each,
  );
  const clipped = gradientClipping === undefined ? regularised : clip(graph, gradientClipping, regularised);
  return clipped.map(({ weight, value, gradient }): WeightUpdate => {
    const update = { weight: weight.held, gradient };
    return weightDecay?.kind === 'decoupled' && decays(weight, weightDecay)
      ? { ...update, after: [decayed(graph, weightDecay.rate, learningRate, weight, value)] }
      : update;
  });
}

/** Whether a weight decays; the biases of dense and convolutional layers are those named so. */
function decays({ weight }: HeldWeight, { weights }: WeightDecay): boolean {
  if (weights === 'all' || weight.endsWith('kernel')) return true;
  return weights === 'kernels-and-biases' && weight === 'bias';
}

/** The gradient of a loss to which `rate` times the weight's sum of squares is added. */
function withSquares(graph: GraphDefinition, rate: number, { value, gradient }: WeightGradient): GraphOutput {
  const ofSquares = graph.add('Mul', [value, graph.floatScalar(2 * rate)], float);
  return graph.add('AddV2', [gradient, ofSquares], { ...float, ...exactAttributes('AddV2') });
}

/** Takes learning rate times rate of a weight away from it. */
function decayed(
  graph: GraphDefinition,
  rate: number,
  learningRate: GraphOutput,
  { held }: HeldWeight,
  value: GraphOutput,
): GraphOutput {
  const share = graph.add('Mul', [value, graph.floatScalar(rate)], float);
  const lost = graph.add('Mul', [share, learningRate], float);
  return graph.add('AssignSubVariableOp', [held.handle, lost], { dtype: attribute.type('float32') });
}

function clip(
  graph: GraphDefinition,
  { kind, limit }: GradientClipping,
  gradients: readonly WeightGradient[],
): WeightGradient[] {
  const most = graph.floatScalar(limit);
  const squares = ({ gradient, weight }: WeightGradient): GraphOutput =>
    sum(graph, graph.add('Square', [gradient], float), elementCount(weight.shape));
  const replaced = (change: (each: WeightGradient) => GraphOutput): WeightGradient[] =>
    gradients.map((each) => ({ ...each, gradient: change(each) }));
  switch (kind) {
    case 'value': {
      const least = graph.floatScalar(-limit);
      return replaced(({ gradient }) => graph.add('ClipByValue', [gradient, least, most], float));
    }
    case 'norm':
      return replaced((each) => {
        const norm = graph.add('Sqrt', [squares(each)], float);
        const scaled = graph.add('Mul', [each.gradient, most], float);
        return graph.add('RealDiv', [scaled, graph.add('Maximum', [norm, most], float)], float);
      });
    case 'global-norm': {
      const all = graph.add('Pack', gradients.map(squares), {
        ...float,
        N: attribute.int(gradients.length),
        axis: attribute.int(0),
      });
      const norm = graph.add('Sqrt', [sum(graph, all, gradients.length)], float);
      const inverse = graph.add('RealDiv', [graph.floatScalar(1), norm], float);
      const smaller = graph.add('Minimum', [inverse, graph.floatScalar(1 / limit)], float);
      const factor = graph.add('Mul', [most, smaller], float);
      return replaced(({ gradient }) => graph.add('Mul', [gradient, factor], float));
    }
  }
}

/** The sum of all of a float32 tensor's `count` numbers. */
function sum(graph: GraphDefinition, tensor: GraphOutput, count: number): GraphOutput {
  const flat = graph.add('Reshape', [tensor, graph.intVector([count])], {
    ...float,
    Tshape: attribute.type('int32'),
  });
  return graph.add('Sum', [flat, graph.intVector([0])], {
    ...float,
    Tidx: attribute.type('int32'),
    keep_dims: attribute.bool(false),
  });
}
