import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { LayersModel, ModelFitArgs, Tensor, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { loadTensorFlow } from '../../src/engine/runtime.ts';

/**
 * Stock tfjs-node's side of `noisefloor bench training`: ordinary `tf.layers` and `model.fit`, on the same TensorFlow.
 * Answers each line of JSON on standard input with one on standard output, as trainingPeer.py does.
 */

interface PrepareRequest {
  folder: string;
  network: 'smallcnn';
  batch: number;
  examples: number;
  learningRate: number;
  losses: number;
}

const tf = await loadTensorFlow();
let fitOnce: (() => Promise<unknown>) | undefined;

function smallCnn(): LayersModel {
  const { layers } = tf;
  const model = tf.sequential();
  [16, 32, 32].forEach((filters, index) => {
    model.add(
      layers.conv2d({
        name: index === 0 ? 'conv2d' : `conv2d_${String(index)}`,
        filters,
        kernelSize: 3,
        padding: 'same',
        activation: 'relu',
        ...(index === 0 && { inputShape: [32, 32, 3] }),
      }),
    );
    model.add(layers.maxPooling2d({ poolSize: 2 }));
  });
  model.add(layers.globalAveragePooling2d({ dataFormat: 'channelsLast' }));
  model.add(layers.dense({ name: 'dense', units: 32, activation: 'relu' }));
  model.add(layers.dense({ name: 'dense_1', units: 10 }));
  return model;
}

function startFrom(model: LayersModel, folder: string): void {
  const entries = JSON.parse(readFileSync(join(folder, 'weights.json'), 'utf8')) as {
    name: string;
    shape: number[];
    offset: number;
  }[];
  const values = new Float32Array(new Uint8Array(readFileSync(join(folder, 'weights.f32'))).buffer);
  for (const layer of model.layers.filter(({ weights }) => weights.length > 0)) {
    const own = ['kernel', 'bias'].map((weight) => {
      const entry = entries.find(({ name }) => name === `${layer.name}/${weight}`);
      if (entry === undefined) throw new Error(`no ${layer.name}/${weight}`);
      const count = entry.shape.reduce((product, size) => product * size, 1);
      return tf.tensor(values.slice(entry.offset, entry.offset + count), entry.shape);
    });
    layer.setWeights(own);
  }
}

async function prepare({ folder, batch, examples, learningRate, losses }: PrepareRequest): Promise<object> {
  const model = smallCnn();
  startFrom(model, folder);
  const bytes = new Uint8Array(readFileSync(join(folder, 'images.u8'))).subarray(0, examples * 32 * 32 * 3);
  const classes = new Int32Array(new Uint8Array(readFileSync(join(folder, 'labels.i32'))).buffer).slice(
    0,
    examples,
  );
  const images = tf.tidy(() =>
    tf.div<Tensor4D>(tf.tensor4d(Float32Array.from(bytes), [examples, 32, 32, 3]), 255),
  );
  const labels = tf.tidy(() => tf.cast(tf.oneHot(tf.tensor1d(classes, 'int32'), 10), 'float32'));
  model.compile({
    optimizer: tf.train.adam(learningRate, 0.9, 0.999, 1e-7),
    loss: (truth: Tensor, logits: Tensor) => tf.losses.softmaxCrossEntropy(truth, logits),
    metrics: ['accuracy'],
  });
  const taken: number[] = [];
  for (let step = 0; step < losses; step += 1) {
    const indices = tf.tensor1d(
      Int32Array.from({ length: batch }, (_, k) => (k + step * batch) % examples),
      'int32',
    );
    const [loss] = (await model.trainOnBatch(
      tf.gather(images, indices),
      tf.gather(labels, indices),
    )) as number[];
    taken.push(loss ?? Number.NaN);
  }
  const settings: unknown = { batchSize: batch, epochs: 1, verbose: 0 };
  fitOnce = () => model.fit(images, labels, settings as ModelFitArgs);
  await fitOnce();
  return { losses: taken, parameters: model.countParams() };
}

async function measure(): Promise<object> {
  if (fitOnce === undefined) throw new Error('prepare comes first');
  const cpu = process.cpuUsage();
  const start = performance.now();
  await fitOnce();
  const { user, system } = process.cpuUsage(cpu);
  return { seconds: (performance.now() - start) / 1e3, cpuSeconds: (user + system) / 1e6 };
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as { prepare: PrepareRequest } | { measure: object };
  const answer = await ('prepare' in request ? prepare(request.prepare) : measure());
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
