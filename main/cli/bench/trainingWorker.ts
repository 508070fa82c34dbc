import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import {
  openTrainingSession,
  type Examples,
  type TrainingSession,
} from '../../../src/engine/trainingSession.ts';
import { networkBuilder } from '../../../src/engine/networkBuilder.ts';
import { networkNames } from '../../../src/networks/catalogue.ts';
import type { NetworkName } from '../../../src/networks/networkKind.ts';
import { readRecords } from '../../../src/results/reader.ts';
import { ResultWriter } from '../../../src/results/writer.ts';
import type { WorkOrder } from '../../../src/study/replicate.ts';
import { paperVariants } from '../../../src/study/variant.ts';
import { taskSchema } from '../../../src/study/task.ts';
import { trainEpoch } from '../../../src/training/trainEpoch.ts';
import { trainReplicate } from '../../../src/training/trainReplicate.ts';

/**
 * Noisefloor's side of `bench training` and `bench networks`: answers each line of JSON on standard input with one on
 * standard output, as test/benchmarks/trainingPeer.py does. An epoch is the product's own: its loop, its random draws, its fingerprints.
 */

const prepareSchema = z.object({
  folder: z.string(),
  network: z.enum(networkNames),
  side: z.int(),
  batch: z.int(),
  examples: z.int(),
  learningRate: z.number(),
  losses: z.int(),
  fingerprints: z.boolean().default(true),
  writeWeights: z.boolean().default(false),
});

interface Prepared {
  session: TrainingSession;
  order: WorkOrder;
  examples: Examples;
  epoch: number;
}
let prepared: Prepared | undefined;

/** Builds the network, and writes the weights that others are to start from. */
async function open(request: z.infer<typeof prepareSchema>): Promise<object> {
  const { folder, network, side, batch, learningRate } = request;
  const shape = [side, side, 3] as const;
  const pixels = side * side * 3;
  const labels = new Int32Array(new Uint8Array(readFileSync(join(folder, 'labels.i32'))).buffer).slice(
    0,
    request.examples,
  );
  const images = new Uint8Array(readFileSync(join(folder, 'images.u8'))).slice(0, request.examples * pixels);
  const examples: Examples = { images, labels, shape };
  const order = workOrder(network, batch, learningRate);
  const session = await openTrainingSession({
    task: order.task,
    train: examples,
    test: { images: images.slice(0, 125 * pixels), labels: labels.slice(0, 125), shape },
    classes: 10,
    build: networkBuilder(order.task.network),
    initialisationSeed: order.seeds.initialisation,
    fingerprints: request.fingerprints,
  });
  if (request.writeWeights) writeWeights(session, folder);
  prepared = { session, order, examples, epoch: 0 };
  return {};
}

/** Takes the first steps, which TensorFlow optimises the graph in, and an epoch to warm up. */
async function prepare({
  losses: count,
  learningRate,
  batch,
}: z.infer<typeof prepareSchema>): Promise<object> {
  if (prepared === undefined) throw new Error('open comes first');
  const { session, examples } = prepared;
  const losses = Array.from({ length: count }, (_, step) => {
    const indices = Int32Array.from(
      { length: batch },
      (_each, k) => (k + step * batch) % examples.labels.length,
    );
    return session.trainStep(indices, learningRate, {}).loss;
  });
  await measure();
  const parameters = session.tensors
    .filter(({ role }) => role !== 'optimizer')
    .reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
  return { losses, parameters };
}

/** One epoch. */
async function measure(): Promise<object> {
  if (prepared === undefined) throw new Error('open comes first');
  const cpu = process.cpuUsage();
  const start = performance.now();
  const { session, order, examples, epoch } = prepared;
  prepared.epoch += 1;
  await trainEpoch({
    session,
    order,
    epoch,
    examples: examples.labels.length,
    shouldStop: () => false,
    onProgress: () => undefined,
  });
  const { user, system } = process.cpuUsage(cpu);
  return { seconds: (performance.now() - start) / 1e3, cpuSeconds: (user + system) / 1e6 };
}

/** A whole replicate of a few epochs, recorded: what recording takes beside training, and the most memory in use. */
async function record({ epochs }: { epochs: number }): Promise<object> {
  if (prepared === undefined) throw new Error('open comes first');
  const { examples } = prepared;
  const parent = mkdtempSync(join(tmpdir(), 'noisefloor-bench-replicate-'));
  const folder = join(parent, 'replicate');
  try {
    const order = prepared.order;
    const task = { ...order.task, recipe: { ...order.task.recipe, epochs } };
    ResultWriter.create(folder, { ...order, task }).close();
    const names = Array.from({ length: 10 }, (_, index) => String(index));
    await trainReplicate(
      folder,
      () =>
        Promise.resolve({
          identity: {
            hash: '0',
            name: 'synthetic',
            kind: 'fashion-mnist-sample',
            examples: { train: examples.labels.length, test: examples.labels.length },
            shape: examples.shape,
            classes: 10,
            classNames: names,
            attributeNames: null,
            decoder: null,
            files: null,
            testLabels: examples.labels,
          },
          train: examples,
          test: examples,
          classNames: names,
        }),
      { progress: () => undefined, epoch: () => undefined, shouldStop: () => false },
    );
    const records = readRecords(folder).records.flatMap((each) => (each.type === 'epoch' ? [each] : []));
    return {
      epochs: records.map(({ trainSeconds, recordSeconds }) => ({ trainSeconds, recordSeconds })),
      peakBytes: process.resourceUsage().maxRSS * 1024,
    };
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
}

function workOrder(network: NetworkName, batchSize: number, base: number): WorkOrder {
  const [variant] = paperVariants('accumulation-order').slice(-1);
  if (variant === undefined) throw new Error('the paper has variants');
  return {
    format: 1,
    study: { id: 'bench', name: 'bench' },
    id: 'bench',
    variant,
    index: 0,
    task: taskSchema.parse({
      dataset: { kind: 'fashion-mnist-sample' },
      // Both sides train without dropout, whose numbers they would draw differently.
      network: {
        name: network,
        ...(network === 'mobilenet' && { dropout: 0 }),
        ...(network === 'efficientnetb0' && { dropout: 0, dropConnect: 0 }),
      },
      recipe: { optimizer: { name: 'adam' }, learningRate: { base }, batchSize, epochs: 1 },
    }),
    seeds: { initialisation: 1, order: 2, augmentation: 3, dropout: 4, accumulationOrder: null },
    execution: { device: 'cpu', precision: 'float32', threads: 1, oneDnn: true, deterministicOps: false },
    record: { predictions: 'every', logits: false, checkpoints: 'last' },
    datasetHash: null,
  };
}

/** Initial weights, for the peers to start from. */
function writeWeights(session: TrainingSession, folder: string): void {
  const tensors = session.readTensors().filter(({ role }) => role !== 'optimizer');
  let offset = 0;
  const entries = tensors.map(({ name, shape, data }) => {
    const entry = { name, shape, offset };
    offset += data.length;
    return entry;
  });
  writeFileSync(join(folder, 'weights.json'), JSON.stringify(entries));
  writeFileSync(
    join(folder, 'weights.f32'),
    Buffer.concat(tensors.map(({ data }) => Buffer.from(data.buffer))),
  );
}

const requestSchema = z.union([
  z.object({ open: prepareSchema }),
  z.object({ prepare: prepareSchema }),
  z.object({ measure: z.object({}) }),
  z.object({ record: z.object({ epochs: z.int() }) }),
]);

for await (const line of createInterface({ input: process.stdin })) {
  const request = requestSchema.parse(JSON.parse(line));
  const answer =
    'open' in request
      ? open(request.open)
      : 'prepare' in request
        ? prepare(request.prepare)
        : 'measure' in request
          ? measure()
          : record(request.record);
  process.stdout.write(`${JSON.stringify(await answer)}\n`);
}
