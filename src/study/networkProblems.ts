import type { StudyProblem } from './problem.ts';
import type { Task } from './task.ts';

/**
 * What a network of one's own asks of the recipe: a regulariser of its file is the recipe's weight decay, and is said there,
 * where everybody looks for it.
 */
export function networkProblems({ network, recipe }: Task): StudyProblem[] {
  if (network.name !== 'keras-file' || network.topology === undefined) return [];
  const { l2 } = network.topology;
  const { weightDecay } = recipe;
  const path = 'task.recipe.weightDecay';
  if (l2 === undefined) return [];
  if (weightDecay?.kind === 'l2' && weightDecay.rate === l2 && weightDecay.weights === 'kernels') return [];
  const state = weightDecay === undefined ? 'is missing' : `is ${JSON.stringify(weightDecay)}`;
  const wanted = JSON.stringify({ kind: 'l2', rate: l2, weights: 'kernels' });
  return [
    {
      path,
      message: `${path} ${state}; expected ${wanted}, because every kernel of the network's file has that L2 regulariser.`,
      nearest: [],
    },
  ];
}
