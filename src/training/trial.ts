import type { Batch } from '../data/accumulationOrder.ts';
import type { Dataset } from '../data/dataset.ts';
import { epochBatches } from '../data/epochOrder.ts';
import { describeMachine } from '../engine/runtime.ts';
import { openTrainingSession, type StepResult, type TrainingSession } from '../engine/trainingSession.ts';
import { networkBuilder } from '../engine/networkBuilder.ts';
import type { TrialRequest, TrialResult } from '../scheduling/trial.ts';
import { learningRateAt, refuseLongWarmUp } from '../study/learningRate.ts';
import type { DatasetReference } from '../study/task.ts';
import { withAhead } from './batchesAhead.ts';
import { drawBatch } from './stepBatch.ts';

/** Steps that warm the process up before it is timed. */
const warmUpSteps = 3;

/**
 * Trains a few steps of a task: nothing is recorded. The same request always takes the same steps, so that two
 * results with different fingerprints mean that the device, or its configuration, does not repeat itself.
 */
export async function runTrial(
  request: TrialRequest,
  loadData: (reference: DatasetReference) => Promise<Dataset>,
): Promise<TrialResult> {
  const dataset = await loadData(request.task.dataset);
  const { recipe } = request.task;
  refuseLongWarmUp(recipe, Math.ceil(dataset.train.labels.length / recipe.batchSize));
  const session = await openTrainingSession({
    task: request.task,
    precision: request.execution.precision,
    train: dataset.train,
    test: dataset.test,
    classes: dataset.classNames.length,
    build: networkBuilder(request.task.network),
    initialisationSeed: request.seeds.initialisation,
  });
  try {
    const stepper = createStepper(session, request, dataset.train.labels.length);
    let last: StepResult | null = null;
    for (let step = 0; step < request.steps; step += 1) {
      last = stepper();
    }
    const examplesPerSecond = request.seconds > 0 ? timeSteps(stepper, request) : null;
    return {
      dataset: {
        ...dataset.identity,
        shape: [...dataset.identity.shape],
        classNames: [...dataset.identity.classNames],
        testLabels: Array.from(dataset.identity.testLabels),
      },
      machine: asJson(describeMachine(request.execution)),
      parameters: countParameters(session),
      fingerprints: Array.from(last?.fingerprints ?? []),
      loss: last !== null && Number.isFinite(last.loss) ? last.loss : null,
      examplesPerSecond,
      peakBytes: process.resourceUsage().maxRSS * 1024,
    };
  } finally {
    session.dispose();
  }
}

/** A function that takes the next full-batch step of the task each time it is called, epoch after epoch. */
function createStepper(session: TrainingSession, request: TrialRequest, examples: number): () => StepResult {
  const { recipe } = request.task;
  const stepsPerEpoch = Math.max(1, Math.floor(examples / recipe.batchSize));
  const batches = withAhead(session, drawEndlessly(session, request, examples, stepsPerEpoch));
  let taken = 0;
  return () => {
    const place = { epoch: Math.floor(taken / stepsPerEpoch), step: taken % stepsPerEpoch };
    taken += 1;
    const { value } = batches.next();
    if (value === undefined) throw new Error('The batches of a trial have no end.');
    const learningRate = learningRateAt(recipe, { ...place, stepsPerEpoch });
    return session.trainStep(value.indices, learningRate, value.noise, value.ahead);
  };
}

/** The full batches of one epoch after the other. */
function* drawEndlessly(
  session: TrainingSession,
  request: TrialRequest,
  examples: number,
  stepsPerEpoch: number,
): Generator<Batch> {
  const { task, seeds } = request;
  for (let epoch = 0; ; epoch += 1) {
    const batches = epochBatches(task.recipe, examples, seeds.order, epoch).slice(0, stepsPerEpoch);
    for (const [step, indices] of batches.entries()) {
      yield drawBatch(request, session.noiseShapes, indices, epoch, step);
    }
  }
}

function timeSteps(stepper: () => StepResult, request: TrialRequest): number {
  for (let step = 0; step < warmUpSteps; step += 1) {
    stepper();
  }
  const began = performance.now();
  let steps = 0;
  while (performance.now() - began < request.seconds * 1000) {
    stepper();
    steps += 1;
  }
  return (steps * request.task.recipe.batchSize * 1000) / (performance.now() - began);
}

function countParameters(session: TrainingSession): TrialResult['parameters'] {
  const count = (role: string): number =>
    session.tensors
      .filter((tensor) => tensor.role === role)
      .reduce((sum, tensor) => sum + tensor.shape.reduce((product, size) => product * size, 1), 0);
  return { trainable: count('weight'), movingStatistics: count('moving-statistic') };
}

/** A description as it crosses to the parent: plain JSON. */
function asJson(description: object): TrialResult['machine'] {
  return JSON.parse(JSON.stringify(description)) as TrialResult['machine'];
}
