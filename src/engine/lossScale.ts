import { attribute } from './attributes.ts';
import { elementCount } from './dataTypes.ts';
import type { GraphDefinition, GraphOutput, SessionVariable } from './graphDefinition.ts';

/** The tensor that holds the scale. */
export const lossScaleName = 'optimizer/loss_scale';
/** The scale that training begins with. */
export const initialLossScale = 2 ** 15;
/** After so many steps in a row whose gradients were finite, the scale is doubled. */
const growthSteps = 2000;

const float = { T: attribute.type('float32') };

/** A gradient of the scaled loss, and the shape of its weight. */
interface ScaledGradient {
  readonly gradient: GraphOutput;
  readonly shape: readonly number[];
}

/** What is known of a step once its gradients are. */
export interface CheckedGradients {
  /** bool scalar: whether all gradients are finite. */
  readonly finite: GraphOutput;
  /** The gradients of the loss itself, in order. */
  readonly gradients: readonly GraphOutput[];
}

/**
 * The dynamic loss scale of Keras' `LossScaleOptimizer`: gradients of float16 that are too small for it vanish, so the
 * loss is multiplied before the backward pass and its gradients are divided after it. Where one is not finite the step
 * is skipped and the scale halved; after 2,000 steps without that it is doubled.
 */
export class LossScale {
  readonly #graph: GraphDefinition;
  readonly #scale: SessionVariable;
  /** Steps since the scale was last changed; a float32, as all state is. */
  readonly #steps: SessionVariable;

  constructor(graph: GraphDefinition) {
    this.#graph = graph;
    this.#scale = graph.variable(lossScaleName, 'float32', []);
    this.#steps = graph.variable('optimizer/loss_scale_steps', 'float32', []);
  }

  get state(): readonly SessionVariable[] {
    return [this.#scale, this.#steps];
  }

  /** The scale of this step: to be read once, before it is updated. */
  read(): GraphOutput {
    return this.#graph.read(this.#scale);
  }

  /** Divides gradients by the scale that the loss had, and looks whether all are finite. */
  unscaled(scale: GraphOutput, scaled: readonly ScaledGradient[]): CheckedGradients {
    const graph = this.#graph;
    const finite = scaled.map(({ gradient, shape }) => {
      const flat = graph.add('Reshape', [gradient, graph.intVector([elementCount(shape)])], {
        ...float,
        Tshape: attribute.type('int32'),
      });
      return this.#all(graph.add('IsFinite', [flat], float));
    });
    const packed = graph.add('Pack', finite, {
      T: attribute.type('bool'),
      N: attribute.int(finite.length),
      axis: attribute.int(0),
    });
    return {
      finite: this.#all(packed),
      gradients: scaled.map(({ gradient }) => graph.add('RealDiv', [gradient, scale], float)),
    };
  }

  /** Updates the scale; the result is for control inputs. @param scale as it was read. */
  update(scale: GraphOutput, finite: GraphOutput): GraphOutput[] {
    const graph = this.#graph;
    const one = graph.floatScalar(1);
    const zero = graph.floatScalar(0);
    const steps = graph.read(this.#steps);
    const grows = graph.add('Equal', [steps, graph.floatScalar(growthSteps - 1)], float);
    const choose = (condition: GraphOutput, yes: GraphOutput, no: GraphOutput): GraphOutput =>
      graph.add('SelectV2', [condition, yes, no], float);
    const grown = choose(grows, graph.floatScalar(2), one);
    const factor = choose(finite, grown, graph.floatScalar(0.5));
    const counted = choose(grows, zero, graph.add('AddV2', [steps, one], float));
    return [
      graph.assign(this.#scale, graph.add('Mul', [scale, factor], float)),
      graph.assign(this.#steps, choose(finite, counted, zero)),
    ];
  }

  #all(truths: GraphOutput): GraphOutput {
    return this.#graph.add('All', [truths, this.#graph.intVector([0])], {
      Tidx: attribute.type('int32'),
      keep_dims: attribute.bool(false),
    });
  }
}

/**
 * Lets nodes run only where a condition holds: what depends on a value that passed through {@link Gate.pass} does not
 * run otherwise, and {@link Gate.passed} is ready either way.
 */
export class Gate {
  readonly #graph: GraphDefinition;
  readonly #open: GraphOutput;

  /** @param open bool scalar. */
  constructor(graph: GraphDefinition, open: GraphOutput) {
    this.#graph = graph;
    this.#open = open;
  }

  /** A float32 value that is there only where the gate is open. */
  pass(value: GraphOutput): GraphOutput {
    const [graph, parted] = [this.#graph, this.#graph.add('Switch', [value, this.#open], float)];
    // A control input from the Switch itself would hold either way.
    return graph.identity('float32', `${parted}:1`);
  }

  /** A node that has run once the given ones, which depend on what passed, have run or the gate is shut. */
  passed(nodes: readonly GraphOutput[]): GraphOutput {
    const graph = this.#graph;
    const token = graph.add('Switch', [graph.floatScalar(1), this.#open], float);
    const done = graph.identity('float32', `${token}:1`, nodes);
    return graph.add('Merge', [token, done], { ...float, N: attribute.int(2) });
  }
}
