import { attribute } from './attributes.ts';
import {
  controlInput,
  type GraphDefinition,
  type GraphOutput,
  type SessionVariable,
} from './graphDefinition.ts';
import type { Optimizer, WeightUpdate } from './optimizer.ts';

export interface AdamSettings {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** The state that Adam keeps for a weight. */
interface Moments {
  readonly momentum: SessionVariable;
  readonly velocity: SessionVariable;
}

/**
 * Adam (Kingma & Ba 2015, the form at the end of its section 2) as Keras computes it: epsilon is added outside the
 * bias correction. Weight -= rate sqrt(1 - beta2^t) / (1 - beta1^t) m / (sqrt(v) + epsilon), one TensorFlow op a weight.
 */
export class Adam implements Optimizer {
  readonly #graph: GraphDefinition;
  readonly #settings: AdamSettings;
  readonly #moments = new Map<string, Moments>();
  /** Steps taken so far, as a float32: exact up to 16,777,216, when both powers have long been 0. */
  readonly iterations: SessionVariable;

  constructor(graph: GraphDefinition, settings: AdamSettings, weights: readonly SessionVariable[]) {
    this.#graph = graph;
    this.#settings = settings;
    this.iterations = graph.variable('optimizer/iterations', 'float32', []);
    for (const { name, shape } of weights) {
      this.#moments.set(name, {
        momentum: graph.variable(`optimizer/${name}/momentum`, 'float32', shape),
        velocity: graph.variable(`optimizer/${name}/velocity`, 'float32', shape),
      });
    }
  }

  get state(): SessionVariable[] {
    return [
      this.iterations,
      ...[...this.#moments.values()].flatMap(({ momentum, velocity }) => [momentum, velocity]),
    ];
  }

  update(
    learningRate: GraphOutput,
    weightUpdates: readonly WeightUpdate[],
    after: readonly GraphOutput[] = [],
  ): GraphOutput[] {
    const graph = this.#graph;
    const float = { T: attribute.type('float32') };
    const beta1 = graph.floatScalar(this.#settings.beta1);
    const beta2 = graph.floatScalar(this.#settings.beta2);
    const epsilon = graph.floatScalar(this.#settings.epsilon);
    const step = graph.add('AddV2', [graph.read(this.iterations), graph.floatScalar(1)], float);
    const power1 = graph.add('Pow', [beta1, step], float);
    const power2 = graph.add('Pow', [beta2, step], float);
    const updates = weightUpdates.map(({ weight, gradient, after: before = [] }) => {
      const moments = this.#moments.get(weight.name);
      if (moments === undefined) throw new Error(`Adam holds no state for ${weight.name}.`);
      return graph.add(
        'ResourceApplyAdam',
        [
          weight.handle,
          moments.momentum.handle,
          moments.velocity.handle,
          power1,
          power2,
          learningRate,
          beta1,
          beta2,
          epsilon,
          gradient,
          ...before.map(controlInput),
        ],
        { ...float, use_locking: attribute.bool(true), use_nesterov: attribute.bool(false) },
      );
    });
    return [...updates, graph.assign(this.iterations, step, after)];
  }
}
