import type { OptimizerSettings } from '../study/task.ts';
import { Adam } from './adam.ts';
import { GradientDescent } from './gradientDescent.ts';
import type { GraphDefinition, SessionVariable } from './graphDefinition.ts';
import type { Optimizer } from './optimizer.ts';

/** The optimiser of a recipe, with state for each of the weights. */
export function createOptimizer(
  graph: GraphDefinition,
  settings: OptimizerSettings,
  weights: readonly SessionVariable[],
): Optimizer {
  return settings.name === 'adam'
    ? new Adam(graph, settings, weights)
    : new GradientDescent(graph, settings, weights);
}
