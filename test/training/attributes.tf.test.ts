import { beforeAll, describe, expect, it } from 'vitest';
import { loadData } from '../../main/replicate/loadData.ts';
import { openExamples } from '../../src/data/exampleSource.ts';
import { loadTensorFlow } from '../../src/engine/runtime.ts';
import { ResultWriter } from '../../src/results/writer.ts';
import { readRecords } from '../../src/results/reader.ts';
import { trainReplicate } from '../../src/training/trainReplicate.ts';
import { rejectionOf } from '../data/failure.ts';
import { folderWith } from '../data/temporaryFolder.ts';
import { hashed } from '../fixtures/engine/syntheticNumbers.ts';
import { scratchFolder, workOrder } from '../fixtures/training/replicate.ts';
import { tinyStudy } from '../fixtures/training/tinyStudy.ts';

const names = ['Male', 'Smiling', 'Young'];
const scratch = scratchFolder();

beforeAll(async () => {
  await loadTensorFlow();
});

/** Faces in CelebA's form: 40 that train, 8 left alone, 16 that test; an attribute shows in a colour. */
async function celeba(): Promise<string> {
  const tf = await loadTensorFlow();
  const files: Record<string, Uint8Array | string> = {};
  const [attributes, parts]: [string[], string[]] = [[], []];
  for (let index = 0; index < 64; index += 1) {
    const name = `${String(index + 1).padStart(6, '0')}.jpg`;
    const has = names.map((_, attribute) => (index >> attribute) % 2);
    const size = 20 + (index % 3);
    const noise = hashed(size * size * 3, index);
    const pixels = Uint8Array.from(noise, (h, at) => (h >>> 26) + 150 * (has[at % 3] ?? 0));
    const image = tf.tensor3d(pixels, [size, size, 3], 'int32');
    files[`img_align_celeba/${name}`] = await tf.node.encodeJpeg(image);
    image.dispose();
    attributes.push(`${name} ${has.map((value) => (value === 1 ? ' 1' : '-1')).join(' ')}`);
    parts.push(`${name} ${index < 40 ? 0 : index < 48 ? 1 : 2}`);
  }
  files['list_attr_celeba.txt'] = `64\n${names.join(' ')}\n${attributes.join('\n')}\n`;
  files['list_eval_partition.txt'] = `${parts.join('\n')}\n`;
  return folderWith(files);
}

describe('images with attributes', () => {
  it('are loaded, held or streamed alike, trained on, and recorded one answer an attribute', async () => {
    const path = await celeba();
    const reference = { kind: 'celeba', path, resize: { height: 16, width: 16 }, partition: 'test' } as const;
    const held = await loadData(reference);
    expect(held.identity).toMatchObject({
      examples: { train: 40, test: 16 },
      ...{ classes: 3, classNames: names, attributeNames: names, shape: [16, 16, 3] },
    });
    const expected = Array.from({ length: 16 }, (_, place) =>
      names.map((_name, attribute) => ((place + 48) >> attribute) % 2),
    ).flat();
    expect([...held.identity.testLabels]).toEqual(expected);
    expect(held.train.encoded).toBeUndefined();

    const outcomes = [];
    for (const streamed of [false, true]) {
      const dataset = { ...reference, streamed };
      const study = tinyStudy('none', { recipe: { epochs: 8, batchSize: 8, learningRate: { base: 0.01 } } });
      const order = workOrder({ ...study, task: { ...study.task, dataset } }, 'ALGO');
      const folder = `${scratch}/streamed-${String(streamed)}`;
      ResultWriter.create(folder, order).close();
      const ended = await trainReplicate(folder, ({ task }) => loadData(task.dataset), {
        ...{ progress: () => undefined, epoch: () => undefined, shouldStop: () => false },
      });
      expect(ended.status).toBe('finished');
      const { records } = readRecords(folder);
      const started = records.find(({ type }) => type === 'started');
      const epochs = records.flatMap((record) => (record.type === 'epoch' ? [record] : []));
      const [last] = epochs.slice(-1);
      if (started?.type !== 'started' || last?.predictions === undefined)
        throw new Error('Too little recorded.');
      expect([...started.testLabels]).toEqual(expected);
      expect(started.dataset?.['attributeNames']).toEqual(names);
      expect(last.predictions).toHaveLength(48);
      const right = expected.filter((value, answer) => value === last.predictions?.[answer]).length;
      expect(last.testAccuracy).toBeCloseTo(right / 48, 12);
      expect(last.testAccuracy).toBeGreaterThan(0.8);
      outcomes.push(
        epochs.map(({ loss, testLoss, predictions }) => [loss, testLoss, [...(predictions ?? [])]]),
      );
    }
    expect(outcomes[1]).toEqual(outcomes[0]);
  });

  it('are looked at without being decoded', async () => {
    const path = await celeba();
    const source = await openExamples({
      ...{ kind: 'celeba', path, resize: { height: 16, width: 16 }, partition: 'validation' },
    });
    expect(source.identity.examples).toEqual({ train: 40, test: 8 });
    expect(source.attributes?.test).toHaveLength(24);
    expect((await source.image('test', 0)).kind).toBe('encoded');
  });

  it('are refused where a file is no image', async () => {
    const path = folderWith({
      'img_align_celeba/1.jpg': 'no image',
      'img_align_celeba/2.jpg': 'no image',
      'list_attr_celeba.txt': '2\nMale\n1.jpg 1\n2.jpg -1\n',
      'list_eval_partition.txt': '1.jpg 0\n2.jpg 2\n',
    });
    const reference = { kind: 'celeba', path, resize: { height: 16, width: 16 }, partition: 'test' } as const;
    const error = await rejectionOf(loadData(reference));
    expect([error.code, error.message]).toEqual([
      'dataset-invalid',
      expect.stringContaining('1.jpg') as string,
    ]);
  });
});
