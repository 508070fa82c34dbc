import { attribute } from './attributes.ts';
import {
  controlInput,
  type GraphDefinition,
  type GraphOutput,
  type SessionVariable,
} from './graphDefinition.ts';
import type { Optimizer, WeightUpdate } from './optimizer.ts';

export interface GradientDescentSettings {
  readonly momentum: number;
  readonly nesterov: boolean;
}

/**
 * Gradient descent as Keras computes it: m = momentum m - rate g, then weight += m; with Nesterov's look ahead
 * weight += momentum m - rate g. Without momentum, weight -= rate g, and there is no state. One TensorFlow op a weight.
 */
export class GradientDescent implements Optimizer {
  readonly #graph: GraphDefinition;
  readonly #settings: GradientDescentSettings;
  readonly #momenta = new Map<string, SessionVariable>();

  constructor(
    graph: GraphDefinition,
    settings: GradientDescentSettings,
    weights: readonly SessionVariable[],
  ) {
    this.#graph = graph;
    this.#settings = settings;
    if (settings.momentum === 0) return;
    for (const { name, shape } of weights) {
      this.#momenta.set(name, graph.variable(`optimizer/${name}/momentum`, 'float32', shape));
    }
  }

  get state(): readonly SessionVariable[] {
    return [...this.#momenta.values()];
  }

  update(learningRate: GraphOutput, updates: readonly WeightUpdate[]): GraphOutput[] {
    const graph = this.#graph;
    const options = { T: attribute.type('float32'), use_locking: attribute.bool(true) };
    return updates.map(({ weight, gradient, after = [] }) => {
      const before = after.map(controlInput);
      if (this.#settings.momentum === 0) {
        const inputs = [weight.handle, learningRate, gradient, ...before];
        return graph.add('ResourceApplyGradientDescent', inputs, options);
      }
      const held = this.#momenta.get(weight.name);
      if (held === undefined) throw new Error(`There is no momentum for ${weight.name}.`);
      const momentum = graph.floatScalar(this.#settings.momentum);
      return graph.add(
        'ResourceApplyKerasMomentum',
        [weight.handle, held.handle, learningRate, gradient, momentum, ...before],
        { ...options, use_nesterov: attribute.bool(this.#settings.nesterov) },
      );
    });
  }
}
