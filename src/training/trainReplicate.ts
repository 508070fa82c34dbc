import type { Dataset } from '../data/dataset.ts';
import { describeMachine } from '../engine/runtime.ts';
import { openTrainingSession, type NamedTensor, type TrainingSession } from '../engine/trainingSession.ts';
import { networkBuilder } from '../engine/networkBuilder.ts';
import type { EndedRecord, EpochRecord, Json } from '../results/record.ts';
import { ResultWriter } from '../results/writer.ts';
import { NoisefloorError } from '../study/errors.ts';
import { refuseLongWarmUp } from '../study/learningRate.ts';
import type { WorkOrder } from '../study/replicate.ts';
import { isSelected } from './epochSelection.ts';
import { evaluateTestSet, type TestResult } from './evaluateTestSet.ts';
import { trainEpoch, type StepProgress, type TrainedEpoch } from './trainEpoch.ts';

export interface ReplicateWatcher {
  progress(epoch: number, progress: StepProgress): void;
  epoch(epoch: number, test: { loss: number; accuracy: number }): void;
  /** Asked a few times a second; once it says true the replicate stops after the step at hand. */
  shouldStop(): boolean;
}

/**
 * Trains, or goes on training, the replicate of a result folder until it is finished, diverges or is told to stop.
 * A replicate that went on from an interruption ends bit for bit like one that was never interrupted.
 * @param folder a result folder with a work order.
 * @param loadData loads the data set of the work order.
 * @returns how it ended; the same is recorded in the folder.
 * @throws NoisefloorError when it could not begin, or its results could not be written; recorded where possible.
 */
export async function trainReplicate(
  folder: string,
  loadData: (order: WorkOrder) => Promise<Dataset>,
  watcher: ReplicateWatcher,
): Promise<EndedRecord> {
  const { writer, order, lastEpoch, state, attempts, ended } = ResultWriter.reopen(folder);
  try {
    if (ended?.status === 'finished' || ended?.status === 'diverged') {
      return ended;
    }
    const place = { epoch: lastEpoch + 1, step: 0 };
    try {
      const dataset = await loadData(order);
      refuseOtherData(order, dataset, folder);
      const { recipe } = order.task;
      refuseLongWarmUp(recipe, Math.ceil(dataset.train.labels.length / recipe.batchSize));
      const session = await openSession(order, dataset, state);
      try {
        writer.started({
          attempt: attempts + 1,
          at: new Date().toISOString(),
          pid: process.pid,
          machine: describeMachine(order.execution) as unknown as Json,
          dataset: describeDataset(dataset),
          testLabels: dataset.identity.testLabels,
          tensors: session.tensors,
          fromEpoch: lastEpoch + 1,
        });
        return await trainEpochs({ writer, order, session, dataset, watcher, place });
      } finally {
        session.dispose();
      }
    } catch (error) {
      const failed = endedRecord('failed', place, error instanceof Error ? error.message : String(error));
      recordFailure(writer, failed);
      throw error;
    }
  } finally {
    writer.close();
  }
}

interface Place {
  epoch: number;
  /** Steps of the replicate before this moment. */
  step: number;
}

async function trainEpochs(options: {
  writer: ResultWriter;
  order: WorkOrder;
  session: TrainingSession;
  dataset: Dataset;
  watcher: ReplicateWatcher;
  place: Place;
}): Promise<EndedRecord> {
  const { writer, order, session, dataset, watcher, place } = options;
  const { epochs, batchSize } = order.task.recipe;
  const examples = dataset.train.labels.length;
  let replacedBefore = 0;
  const stepsPerEpoch = Math.ceil(examples / batchSize);
  for (let epoch = place.epoch; epoch < epochs; epoch += 1) {
    place.epoch = epoch;
    place.step = epoch * stepsPerEpoch;
    const result = await trainEpoch({
      session,
      order,
      epoch,
      examples,
      shouldStop: () => watcher.shouldStop(),
      onProgress: (progress) => {
        watcher.progress(epoch, progress);
      },
    });
    if ('interrupted' in result) {
      const { interrupted } = result;
      place.step += interrupted.step;
      const reason =
        interrupted.kind === 'diverged'
          ? `the loss was ${interrupted.loss} at step ${place.step}`
          : 'asked to stop';
      return finish(writer, endedRecord(interrupted.kind, place, reason));
    }
    const { trained } = result;
    const evaluateFrom = performance.now();
    const test = evaluateTestSet(session, dataset);
    if (!Number.isFinite(test.loss)) {
      // The last update of the epoch was one too many: no training loss was measured after it.
      place.step += trained.steps - 1;
      const reason = `the test loss was ${test.loss} after step ${place.step}`;
      return finish(writer, endedRecord('diverged', place, reason));
    }
    const replacedImages = session.replacedImages.slice(replacedBefore);
    replacedBefore += replacedImages.length;
    for (const replaced of replacedImages) process.stderr.write(`${replaced}\n`);
    const record = recordEpoch({
      replacedImages,
      writer,
      order,
      session,
      epoch,
      firstStep: place.step,
      trained,
      test,
      evaluateSeconds: (performance.now() - evaluateFrom) / 1000,
    });
    watcher.epoch(epoch, { loss: record.testLoss, accuracy: record.testAccuracy });
  }
  place.step = epochs * stepsPerEpoch - 1;
  return finish(writer, endedRecord('finished', place, null));
}

function recordEpoch(options: {
  writer: ResultWriter;
  order: WorkOrder;
  session: TrainingSession;
  epoch: number;
  firstStep: number;
  trained: TrainedEpoch;
  test: TestResult;
  evaluateSeconds: number;
  replacedImages: readonly string[];
}): EpochRecord {
  const { writer, order, session, epoch, trained, test } = options;
  const { record: recording } = order;
  const { epochs } = order.task.recipe;
  const recordFrom = performance.now();

  const tensors: NamedTensor[] = session.readTensors();
  writer.saveState(epoch, tensors);
  if (isSelected(recording.checkpoints, epoch, epochs)) {
    writer.checkpoint(
      epoch,
      tensors.filter((tensor) => tensor.role !== 'optimizer'),
    );
  }
  const keepsPredictions = isSelected(recording.predictions, epoch, epochs);
  const record: EpochRecord = {
    epoch,
    steps: trained.steps,
    examples: trained.examples,
    learningRate: trained.learningRate,
    loss: trained.loss,
    accuracy: trained.accuracy,
    testLoss: test.loss,
    testAccuracy: test.accuracy,
    trainSeconds: trained.seconds,
    evaluateSeconds: options.evaluateSeconds,
    recordSeconds: (performance.now() - recordFrom) / 1000,
    firstStep: options.firstStep,
    ...(trained.skippedSteps === null ? {} : { skippedSteps: trained.skippedSteps }),
    ...(options.replacedImages.length === 0 ? {} : { replacedImages: options.replacedImages }),
    fingerprints: trained.fingerprints,
    batchHashes: trained.batchHashes,
    ...(keepsPredictions ? { predictions: test.predictions } : {}),
    ...(keepsPredictions && recording.logits ? { logits: toFloat16Bits(test.logits) } : {}),
  };
  writer.epoch(record);
  return record;
}

async function openSession(
  order: WorkOrder,
  dataset: Dataset,
  state: readonly NamedTensor[] | null,
): Promise<TrainingSession> {
  const session = await openTrainingSession({
    task: order.task,
    precision: order.execution.precision,
    train: dataset.train,
    test: dataset.test,
    classes: dataset.classNames.length,
    build: networkBuilder(order.task.network),
    initialisationSeed: order.seeds.initialisation,
  });
  if (state !== null) {
    session.writeTensors(state);
  }
  return session;
}

function refuseOtherData(order: WorkOrder, dataset: Dataset, folder: string): void {
  if (order.datasetHash !== null && order.datasetHash !== dataset.identity.hash) {
    throw new NoisefloorError(
      'dataset-changed',
      `The data of ${order.study.name} has changed since the study was planned (hash ${dataset.identity.hash}, planned on ${order.datasetHash}). Put the data back, or plan a new study. Result folder: ${folder}`,
    );
  }
}

function describeDataset(dataset: Dataset): { hash: string } & Record<string, Json> {
  const { testLabels: _recordedBeside, ...identity } = dataset.identity;
  return { ...identity, shape: [...identity.shape], classNames: [...identity.classNames] };
}

function endedRecord(status: EndedRecord['status'], place: Place, reason: string | null): EndedRecord {
  return { status, at: new Date().toISOString(), epoch: place.epoch, step: place.step, reason };
}

function finish(writer: ResultWriter, record: EndedRecord): EndedRecord {
  writer.ended(record);
  return record;
}

/** A full disk may be why the replicate failed: then the failure itself cannot be recorded, and the first error counts. */
function recordFailure(writer: ResultWriter, record: EndedRecord): void {
  try {
    writer.ended(record);
  } catch {
    process.stderr.write(`The failure could not be recorded in ${writer.folder}: ${record.reason ?? ''}\n`);
  }
}

/** Float32 values as the bits of the nearest float16. */
function toFloat16Bits(values: Float32Array): Uint16Array {
  return new Uint16Array(new Float16Array(values).buffer);
}
