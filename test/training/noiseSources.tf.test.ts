import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { loadData } from '../../main/replicate/loadData.ts';
import type { Dataset } from '../../src/data/dataset.ts';
import { openTrainingSession, type TrainingSession } from '../../src/engine/trainingSession.ts';
import { networkBuilder } from '../../src/engine/networkBuilder.ts';
import type { WorkOrder } from '../../src/study/replicate.ts';
import { paperVariants, singleSourceVariants } from '../../src/study/variant.ts';
import { trainEpoch } from '../../src/training/trainEpoch.ts';
import { drawBatch } from '../../src/training/stepBatch.ts';
import { splitIntoBatches } from '../../src/data/batches.ts';
import { epochOrder } from '../../src/data/epochOrder.ts';
import { scratchFolder, workOrder } from '../fixtures/training/replicate.ts';
import { writeTinyImages } from '../fixtures/training/tinyImages.ts';
import { noisyTask, tinyStudy } from '../fixtures/training/tinyStudy.ts';

const images = path.join(scratchFolder(), 'images');
const variants = [...singleSourceVariants(), ...paperVariants('accumulation-order')];
let dataset: Dataset;

beforeAll(async () => {
  writeTinyImages(images, { train: 160, test: 20 });
  dataset = await loadData({ kind: 'idx', path: images });
});

function open(order: WorkOrder): Promise<TrainingSession> {
  return openTrainingSession({
    task: order.task,
    train: dataset.train,
    test: dataset.test,
    classes: dataset.classNames.length,
    build: networkBuilder(order.task.network),
    initialisationSeed: order.seeds.initialisation,
  });
}

/** What a replicate begins with, what its first epoch is fed, and what comes of that. */
async function observe(order: WorkOrder) {
  const session = await open(order);
  try {
    const initialisation = session.readTensors().map(({ data }) => Array.from(data));
    const rows = epochOrder(order.task.recipe.shuffle, 160, order.seeds.order, 0);
    const batches = splitIntoBatches(rows, order.task.recipe.batchSize).map((indices, step) =>
      drawBatch(order, session.noiseShapes, indices, 0, step),
    );
    const result = await trainEpoch({
      session,
      order,
      epoch: 0,
      examples: 160,
      shouldStop: () => false,
      onProgress: () => undefined,
    });
    if (!('trained' in result)) {
      throw new Error('The epoch was interrupted.');
    }
    return {
      initialisation,
      sets: batches.map(({ indices }) => Array.from(indices).sort()),
      order: batches.map(({ indices }) => Array.from(indices)),
      augmentation: batches.map(({ noise }) => [Array.from(noise.flip ?? []), Array.from(noise.crop ?? [])]),
      dropout: batches.map(({ noise }) => (noise.dropout ?? []).map((layer) => Array.from(layer))),
      hashes: Array.from(result.trained.batchHashes),
      weights: session.readTensors().map(({ data }) => Array.from(data)),
    };
  } finally {
    session.dispose();
  }
}

/** What differs between two replicates of each variant; whatever is not named must be bit-identical. */
it.each([
  ['INITIALISATION', ['initialisation', 'weights']],
  ['ORDER', ['sets', 'order', 'hashes', 'weights']],
  ['AUGMENTATION', ['augmentation', 'hashes', 'weights']],
  ['DROPOUT', ['dropout', 'hashes', 'weights']],
  ['CONTROL', []],
  // The same examples in each batch in another order, their draws with them.
  ['IMPL', ['order', 'augmentation', 'dropout', 'hashes', 'weights']],
  ['ALGO', ['initialisation', 'sets', 'order', 'augmentation', 'dropout', 'hashes', 'weights']],
])('two replicates of %s differ in %j and nothing else', async (variant, expected) => {
  const study = tinyStudy(images, { ...noisyTask, variants });
  const first = await observe(workOrder(study, variant, 0));
  const second = await observe(workOrder(study, variant, 1));
  const keys = Object.keys(first) as (keyof typeof first)[];
  const differing = keys.filter((key) => JSON.stringify(first[key]) !== JSON.stringify(second[key]));
  expect(differing).toEqual(expected);
});

it('runs that share a seed by their index share what it draws, whatever their variant', async () => {
  const study = tinyStudy(images, { ...noisyTask, variants });
  const order = await observe(workOrder(study, 'ORDER', 1));
  const algo = await observe(workOrder(study, 'ALGO', 1));
  expect(order.order).toEqual(algo.order);
  expect(order.initialisation).not.toEqual(algo.initialisation);
});
