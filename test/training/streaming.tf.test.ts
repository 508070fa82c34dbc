import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadData } from '../../main/replicate/loadData.ts';
import type { Dataset } from '../../src/data/dataset.ts';
import { GraphDefinition } from '../../src/engine/graphDefinition.ts';
import { decodedImage, scaledTo, slicedTo } from '../../src/engine/imageNodes.ts';
import { networkBuilder } from '../../src/engine/networkBuilder.ts';
import { loadTensorFlow } from '../../src/engine/runtime.ts';
import { GraphSession } from '../../src/engine/session.ts';
import { openTrainingSession } from '../../src/engine/trainingSession.ts';
import { evaluateTestSet } from '../../src/training/evaluateTestSet.ts';
import { trainEpoch } from '../../src/training/trainEpoch.ts';
import { rejectionOf } from '../data/failure.ts';
import { encodePng } from '../data/png.ts';
import { folderWith } from '../data/temporaryFolder.ts';
import { hashed } from '../fixtures/engine/syntheticNumbers.ts';
import { workOrder } from '../fixtures/training/replicate.ts';
import { noisyTask, tinyStudy } from '../fixtures/training/tinyStudy.ts';

type Folder = Extract<Parameters<typeof loadData>[0], { kind: 'image-folder' }>;

beforeAll(async () => {
  await loadTensorFlow();
});

/** 56 training and 20 test images of two classes, JPEG and PNG by turns, of that size or of any. */
async function imageFolder(sizeOf: (index: number) => [height: number, width: number]): Promise<string> {
  const tf = await loadTensorFlow();
  const files: Record<string, Uint8Array> = {};
  for (let index = 0; index < 76; index += 1) {
    const [height, width] = sizeOf(index);
    const pixels = Uint8Array.from(hashed(height * width * 3, index), (h) => (h >>> 26) + 90 * (index % 2));
    const name = `${index < 56 ? 'train' : 'test'}/${index % 2 === 0 ? 'cat' : 'dog'}/${String(index)}`;
    if (index % 3 === 0) {
      files[`${name}.png`] = encodePng(pixels, height, width, 3);
    } else {
      const image = tf.tensor3d(pixels, [height, width, 3], 'int32');
      files[`${name}.jpg`] = await tf.node.encodeJpeg(image);
      image.dispose();
    }
  }
  return folderWith(files);
}

type Augmentation = NonNullable<NonNullable<Parameters<typeof tinyStudy>[1]>['recipe']>['augmentation'];

/** Everything that two epochs and their evaluations come to. */
async function train(
  dataset: Dataset,
  augmentation: Augmentation = noisyTask.recipe.augmentation,
  replaced: string[] = [],
) {
  const recipe = { ...noisyTask.recipe, batchSize: 16, epochs: 2, augmentation };
  const work = workOrder(tinyStudy('none', { ...noisyTask, recipe }), 'ALGO+IMPL');
  const session = await openTrainingSession({
    task: work.task,
    train: dataset.train,
    test: dataset.test,
    classes: dataset.classNames.length,
    build: networkBuilder(work.task.network),
    initialisationSeed: work.seeds.initialisation,
  });
  try {
    const epochs = [];
    for (const epoch of [0, 1]) {
      const result = await trainEpoch({
        session,
        order: work,
        epoch,
        examples: dataset.train.labels.length,
        shouldStop: () => false,
        onProgress: () => undefined,
      });
      if (!('trained' in result)) throw new Error('The epoch was interrupted.');
      const { loss, accuracy, fingerprints, batchHashes } = result.trained;
      epochs.push({ loss, accuracy, fingerprints, batchHashes, test: evaluateTestSet(session, dataset) });
    }
    replaced.push(...session.replacedImages);
    return epochs;
  } finally {
    session.dispose();
  }
}

const sameSize = (): [number, number] => [12, 10];
const manySizes = (index: number): [number, number] => [9 + (index % 7), 8 + (index % 11)];

describe('images that are read and decoded batch by batch', () => {
  it('train to the same bits as held ones', async () => {
    const reference: Folder = { kind: 'image-folder', path: await imageFolder(sameSize), testFraction: 0.2 };
    const held = await loadData(reference);
    const streamed = await loadData({ ...reference, streamed: true });
    expect(streamed.train.images).toHaveLength(0);
    expect(streamed.identity.files).toBe(held.identity.files);
    expect(await train(streamed)).toEqual(await train(held));
    const cut = await train(held, [{ kind: 'inception-crop' }, { kind: 'flip' }]);
    expect(await train(streamed, [{ kind: 'inception-crop' }, { kind: 'flip' }])).toEqual(cut);
    expect(cut).not.toEqual(await train(held, [{ kind: 'flip' }]));
  });

  it('are resized to the same bits as held ones', async () => {
    const reference: Folder = {
      kind: 'image-folder',
      path: await imageFolder(manySizes),
      testFraction: 0.2,
      resize: { height: 12, width: 14 },
    };
    const held = await loadData(reference);
    expect(held.identity.shape).toEqual([12, 14, 3]);
    expect(await train(await loadData({ ...reference, streamed: true }))).toEqual(await train(held));
  });

  it('are cut out and resized to the numbers of TensorFlow', async () => {
    // By TensorFlow's own ops: test/fixtures/engine/inceptionCrop.py.
    const expected = JSON.parse(
      readFileSync(new URL('../fixtures/engine/inceptionCrop.json', import.meta.url), 'utf8'),
    ) as { jpeg: string; resized: { window: number[]; size: [number, number]; numbers: number[] }[] };
    const tf = await loadTensorFlow();
    for (const { window, size, numbers } of expected.resized) {
      const [top = 0, left = 0, height = 0, width = 0] = window;
      const graph = new GraphDefinition();
      const file = graph.placeholder('file', 'string', []);
      const [begin, extent] = [graph.intVector([top, left, 0]), graph.intVector([height, width, 3])];
      const cut = slicedTo(graph, decodedImage(graph, file, 3), begin, extent);
      const result = scaledTo(graph, cut, size);
      const session = new GraphSession(tf, graph);
      const call = session.prepare([{ name: file, dtype: 'string', shape: [] }], [result]);
      expect([...(call([Buffer.from(expected.jpeg, 'base64')])[0] ?? [])]).toEqual(numbers);
      session.dispose();
    }
  });

  it('are refused with file and example where one is damaged, changes or goes', async () => {
    const path = await imageFolder(sameSize);
    const reference: Folder = { kind: 'image-folder', path, testFraction: 0.2, streamed: true };
    const whole = await loadData(reference);
    // Example 3 of the training set, by the names of its class.
    const file = join(path, 'train/cat/14.jpg');
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.subarray(0, bytes.length - 9));
    expect((await rejectionOf(train(whole))).message).toMatch(
      /train\/cat\/14\.jpg \(train example 3\) has changed since the data set was read/,
    );
    const damaged = await rejectionOf(loadData(reference).then((dataset) => train(dataset)));
    expect(damaged.message).toMatch(
      /14\.jpg \(train example 3\) cannot be decoded\. Replace or remove it, or let task\.dataset\.damaged be grey\./,
    );
    expect(damaged.code).toBe('dataset-invalid');
  });

  it('have a grey one in their place where that is asked for, and train on to the same bits as held ones', async () => {
    const path = await imageFolder(manySizes);
    const size = { height: 12, width: 14 };
    const reference: Folder = {
      kind: 'image-folder',
      path,
      testFraction: 0.2,
      resize: size,
      damaged: 'grey',
    };
    const untouched = await train(await loadData(reference));
    for (const name of ['train/cat/14.jpg', 'train/dog/31.jpg', 'test/cat/58.jpg']) {
      const bytes = readFileSync(join(path, name));
      writeFileSync(join(path, name), bytes.subarray(0, bytes.length - 9));
    }
    const held = await loadData(reference);
    expect(held.train.replaced).toHaveLength(2);
    expect(held.test.replaced?.[0]).toMatch(/58\.jpg cannot be decoded; a grey image stands for it\./);
    const trained = await train(held);
    expect(trained).not.toEqual(untouched);
    const replaced: string[] = [];
    expect(await train(await loadData({ ...reference, streamed: true }), undefined, replaced)).toEqual(
      trained,
    );
    expect(replaced.map((text) => /[\w/]*\d+\.jpg \(\w+ example \d+\)/.exec(text)?.[0]).toSorted()).toEqual([
      expect.stringMatching(/test\/cat\/58\.jpg \(test example/) as string,
      expect.stringMatching(/train\/cat\/14\.jpg \(train example 3/) as string,
      expect.stringMatching(/train\/dog\/31\.jpg \(train example/) as string,
    ]);
    // Windows are cut out of the grey image as they would be of the one that it stands for.
    const cut = [{ kind: 'inception-crop' }, { kind: 'flip' }] as const;
    expect(await train(await loadData({ ...reference, streamed: true }), [...cut])).toHaveLength(2);
  });
});
