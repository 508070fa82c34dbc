import type { Batch } from '../data/accumulationOrder.ts';
import type { TrainingSession } from '../engine/trainingSession.ts';
import { learningRateAt } from '../study/learningRate.ts';
import type { WorkOrder } from '../study/replicate.ts';
import { withAhead } from './batchesAhead.ts';
import { flipWeightBit, swapExamples } from './perturb.ts';
import { drawBatch } from './stepBatch.ts';

/** One training step of a replicate, ready to be taken. */
export interface EpochStep extends Batch {
  /** Within its epoch, from 0. */
  readonly step: number;
  readonly learningRate: number;
  /** The batches that follow. */
  readonly ahead: readonly Batch[];
}

/**
 * The steps of an epoch, one after the other, each to be taken before the next is asked for. Everything random in them follows
 * from the seeds of the order, the epoch and the step. A variant's perturbation of the weights is made before its step.
 * @param batches training examples of each step: see `epochBatches`.
 */
export function* epochSteps(
  session: TrainingSession,
  order: WorkOrder,
  epoch: number,
  batches: readonly Int32Array[],
): Generator<EpochStep, undefined> {
  const stepsPerEpoch = batches.length;
  let step = -1;
  for (const batch of withAhead(session, drawEach(session, order, epoch, batches))) {
    step += 1;
    perturbBefore(session, order, epoch * stepsPerEpoch + step);
    yield { ...batch, step, learningRate: learningRateAt(order.task.recipe, { epoch, step, stepsPerEpoch }) };
  }
}

/** What the steps of an epoch are fed, drawn one after the other. */
function* drawEach(
  session: TrainingSession,
  order: WorkOrder,
  epoch: number,
  batches: readonly Int32Array[],
): Generator<Batch> {
  const { perturbation } = order.variant;
  const { batchSize, gradientAccumulation = 1 } = order.task.recipe;
  const swapAt = perturbation?.kind === 'example-place' ? perturbation.step - epoch * batches.length : null;
  for (const [step, indices] of batches.entries()) {
    const batch = drawBatch(order, session.noiseShapes, indices, epoch, step);
    yield step === swapAt
      ? swapExamples(batch, batchSize / gradientAccumulation, order.seeds.perturbation ?? 0)
      : batch;
  }
}

/** Changes the weights where the variant says so: once, before that step of the replicate, however often it is resumed. */
function perturbBefore(session: TrainingSession, { variant, seeds }: WorkOrder, step: number): void {
  const { perturbation } = variant;
  if (perturbation?.kind !== 'weight-bit' || perturbation.step !== step) return;
  flipWeightBit(session, perturbation, seeds.perturbation ?? 0);
}
