import type { LearningRate } from '../study/task.ts';

/**
 * Learning rate of an epoch under a step schedule.
 * @param epoch counted from 0.
 */
export function learningRateAt(schedule: LearningRate, epoch: number): number {
  let rate = schedule.base;
  let reached = -1;
  for (const step of schedule.steps) {
    if (epoch >= step.fromEpoch && step.fromEpoch > reached) {
      rate = schedule.base * step.factor;
      reached = step.fromEpoch;
    }
  }
  return rate;
}
