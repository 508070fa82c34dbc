import { epochBatches } from '../data/epochOrder.ts';
import type { TrainingSession } from '../engine/trainingSession.ts';
import type { WorkOrder } from '../study/replicate.ts';
import { epochSteps } from './epochSteps.ts';
import { batchHash } from './stepBatch.ts';

/** How often the loop lets messages in and tells where it is, in milliseconds. */
const reportInterval = 150;

export interface StepProgress {
  /** Steps of this epoch that are done. */
  step: number;
  stepsPerEpoch: number;
  examplesPerSecond: number;
  loss: number;
}

/** Why an epoch ended before its last step. `step` counts from 0 within the epoch. */
export type Interruption =
  { kind: 'stopped'; step: number } | { kind: 'diverged'; step: number; loss: number };

export interface TrainedEpoch {
  steps: number;
  examples: number;
  /** Of its last step. */
  learningRate: number;
  /** Means over the examples of the epoch, each measured before its step's update. */
  loss: number;
  accuracy: number;
  seconds: number;
  /** Steps whose update was skipped, because the loss scale was too high; null where losses are not scaled. */
  skippedSteps: number | null;
  /** [steps, tensors of the session]. */
  fingerprints: Uint32Array;
  /** [steps]. */
  batchHashes: Uint32Array;
}

/**
 * Trains one epoch. Everything random in it follows from the seeds of the order, the epoch and the step, so that an
 * epoch that is begun again is the same epoch.
 * @param examples size of the training set.
 * @returns what the epoch came to, or why it ended early; then the session's weights are those of that step.
 */
export async function trainEpoch(options: {
  session: TrainingSession;
  order: WorkOrder;
  epoch: number;
  examples: number;
  shouldStop: () => boolean;
  onProgress: (progress: StepProgress) => void;
}): Promise<{ trained: TrainedEpoch } | { interrupted: Interruption }> {
  const { session, order, epoch, examples } = options;
  const { recipe } = order.task;
  const batches = epochBatches(recipe, examples, order.seeds.order, epoch);
  const tensors = session.tensors.length;
  const fingerprints = new Uint32Array(batches.length * tensors);
  const batchHashes = new Uint32Array(batches.length);
  let lossSum = 0;
  let correct = 0;
  let done = 0;
  let learningRate = 0;
  let skippedSteps = 0;
  // An epoch may be shorter than the interval between reports: messages are let in before each one too.
  await nextTurn();
  if (options.shouldStop()) {
    return { interrupted: { kind: 'stopped', step: 0 } };
  }
  const began = performance.now();
  let reported = began;
  let doneAtReport = 0;

  for (const { step, ahead, learningRate: rate, ...batch } of epochSteps(session, order, epoch, batches)) {
    const { indices, noise } = batch;
    learningRate = rate;
    const result = session.trainStep(indices, rate, noise, ahead);
    if (!Number.isFinite(result.loss)) {
      return { interrupted: { kind: 'diverged', step, loss: result.loss } };
    }
    lossSum += result.loss * indices.length;
    correct += result.correct;
    skippedSteps += Number(result.skipped);
    done += indices.length;
    fingerprints.set(result.fingerprints, step * tensors);
    batchHashes[step] = batchHash(batch);

    const now = performance.now();
    if (now - reported >= reportInterval) {
      options.onProgress({
        step: step + 1,
        stepsPerEpoch: batches.length,
        examplesPerSecond: ((done - doneAtReport) / (now - reported)) * 1000,
        loss: result.loss,
      });
      reported = now;
      doneAtReport = done;
      await nextTurn();
      if (options.shouldStop()) {
        return { interrupted: { kind: 'stopped', step } };
      }
    }
  }
  return {
    trained: {
      steps: batches.length,
      examples: done,
      learningRate,
      loss: lossSum / done,
      accuracy: correct / (done * session.answers),
      seconds: (performance.now() - began) / 1000,
      skippedSteps: order.execution.precision === 'mixed-float16' ? skippedSteps : null,
      fingerprints,
      batchHashes,
    },
  };
}

/** Lets the process read its messages. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
