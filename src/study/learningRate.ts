import { NoisefloorError } from './errors.ts';
import type { LearningRate, Recipe } from './task.ts';

/** The part of a recipe that its learning rates follow from. */
export type Schedule = Pick<Recipe, 'learningRate' | 'epochs'>;

/** A step of training; epochs, and steps within an epoch, count from 0. */
export interface TrainingPlace {
  readonly epoch: number;
  readonly step: number;
  readonly stepsPerEpoch: number;
}

/**
 * The learning rate of a step. Warm-up and cosine are those of Keras' `CosineDecay`, the exponential decay that of its
 * `ExponentialDecay`: a step has the rate of the steps taken before it, so that a warm-up's first has `from`. Steps and
 * decay by epochs count from the first epoch, warm-up included; a cosine begins where the warm-up ends.
 */
export function learningRateAt(schedule: Schedule, place: TrainingPlace): number {
  const { base, warmUp, decay, steps } = schedule.learningRate;
  const { epoch, step, stepsPerEpoch } = place;
  const taken = epoch * stepsPerEpoch + step;
  if (warmUp !== undefined) {
    const risen = (warmUp.unit === 'steps' ? taken : epoch + step / stepsPerEpoch) / warmUp.length;
    if (risen < 1) return warmUp.from + (base - warmUp.from) * risen;
  }
  switch (decay?.kind) {
    case undefined:
      return base * stepFactor(steps, epoch);
    case 'exponential': {
      const { factor, every, staircase } = decay;
      const periods = staircase ? Math.floor(epoch / every) : taken / (every * stepsPerEpoch);
      return base * factor ** periods;
    }
    case 'cosine': {
      const warm = warmUpSteps(schedule.learningRate, stepsPerEpoch);
      const done = Math.min(1, (taken - warm) / (schedule.epochs * stepsPerEpoch - warm));
      const fallen = 0.5 * (1 + Math.cos(Math.PI * done));
      return base * ((1 - decay.floor) * fallen + decay.floor);
    }
  }
}

/** The factor of the latest step that an epoch has reached. */
function stepFactor(steps: LearningRate['steps'], epoch: number): number {
  let factor = 1;
  let reached = -1;
  for (const step of steps) {
    if (epoch >= step.fromEpoch && step.fromEpoch > reached) {
      factor = step.factor;
      reached = step.fromEpoch;
    }
  }
  return factor;
}

function warmUpSteps({ warmUp }: LearningRate, stepsPerEpoch: number): number {
  if (warmUp === undefined) return 0;
  return warmUp.unit === 'steps' ? warmUp.length : warmUp.length * stepsPerEpoch;
}

/**
 * Refuses a warm-up that would not end before training does: how many steps there are is known only with the data.
 * @throws NoisefloorError `invalid-study` that names the path and what is allowed.
 */
export function refuseLongWarmUp(schedule: Schedule, stepsPerEpoch: number): void {
  const all = schedule.epochs * stepsPerEpoch;
  const length = warmUpSteps(schedule.learningRate, stepsPerEpoch);
  if (length < all || schedule.learningRate.warmUp === undefined) return;
  throw new NoisefloorError(
    'invalid-study',
    `task.recipe.learningRate.warmUp.length is ${length}; expected less than ${all}, because training has ${all} steps: ${schedule.epochs} epochs of ${stepsPerEpoch}.`,
  );
}
