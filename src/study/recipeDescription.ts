import type { LearningRate, OptimizerSettings, Recipe } from './task.ts';

/** How a recipe trains, in a line: optimiser, rate, what is done to gradients and labels, batches. */
export function describeOptimisation(recipe: Recipe): string {
  const { weightDecay, gradientClipping, labelSmoothing, gradientAccumulation, batchSize } = recipe;
  return [
    `${optimizerName(recipe.optimizer)} at ${rateWords(recipe.learningRate)}`,
    ...(weightDecay === undefined
      ? []
      : [`${weightDecay.kind === 'l2' ? 'L2' : 'decoupled'} weight decay ${weightDecay.rate}`]),
    ...(gradientClipping === undefined
      ? []
      : [`gradients clipped by ${gradientClipping.kind.replace('-', ' ')} at ${gradientClipping.limit}`]),
    ...(labelSmoothing === undefined ? [] : [`label smoothing ${labelSmoothing}`]),
    gradientAccumulation === undefined
      ? `batches of ${batchSize}`
      : `batches of ${batchSize} in ${gradientAccumulation} micro-batches`,
  ].join('; ');
}

/** What an optimiser is called. */
export function optimizerName(optimizer: OptimizerSettings): string {
  if (optimizer.name === 'adam') return 'Adam';
  if (optimizer.momentum === 0) return 'SGD';
  return `SGD with ${optimizer.nesterov ? 'Nesterov ' : ''}momentum ${optimizer.momentum}`;
}

function rateWords({ base, warmUp, steps, decay }: LearningRate): string {
  const risen =
    warmUp === undefined
      ? []
      : [
          `after a warm-up of ${warmUp.length} ${warmUp.length === 1 ? warmUp.unit.slice(0, -1) : warmUp.unit}`,
        ];
  const fallen =
    decay === undefined
      ? steps.map(({ fromEpoch, factor }) => `× ${factor} from epoch ${fromEpoch}`)
      : [
          decay.kind === 'cosine'
            ? `then along a cosine to ${decay.floor} of it`
            : `× ${decay.factor} every ${decay.every} epochs${decay.staircase ? '' : ', step by step'}`,
        ];
  return [String(base), ...risen, ...fallen].join(', ');
}
