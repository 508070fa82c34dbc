import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { crc32c } from '../../src/formats/crc32c.ts';
import { loadDataset } from '../../src/data/dataset.ts';
import { openExamples } from '../../src/data/exampleSource.ts';
import type { Dataset } from '../../src/data/identity.ts';
import { recogniseDataset } from '../../src/data/recogniseDataset.ts';
import type { DatasetReference } from '../../src/study/task.ts';
import { rejectionOf } from './failure.ts';
import { greyPng } from './png.ts';
import { folderWith } from './temporaryFolder.ts';

type Files = Record<string, Uint8Array | string>;

// Written by TensorFlow: test/fixtures/data/records.py.
const written = JSON.parse(
  readFileSync(new URL('../fixtures/data/records.json', import.meta.url), 'utf8'),
) as {
  images: string[];
  sizes: [number, number][];
  layouts: Record<'datasets' | 'models', Record<string, string>>;
};

function filesOf(layout: 'datasets' | 'models'): Files {
  const named = Object.entries(written.layouts[layout]);
  return Object.fromEntries(named.map(([name, bytes]) => [name, Buffer.from(bytes, 'base64')]));
}

const reference = (path: string): DatasetReference => ({
  kind: 'imagenet',
  path,
  resize: { height: 6, width: 5 },
});
const load = (files: Files): Promise<Dataset> => loadDataset(reference(folderWith(files)));

const synsets = ['n01440764', 'n01443537', 'n01484850'];

describe('CRC-32C', () => {
  it('has the check value of its definition, at any length', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
    // RFC 3720, B.4: 32 bytes of zeros, of ones, and rising.
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, index) => index))).toBe(0x46dd794e);
  });
});

describe("ImageNet's record files", () => {
  it.each(['datasets', 'models'] as const)(
    'are read as TensorFlow wrote them (layout of %s)',
    async (layout) => {
      const extra: Files = layout === 'datasets' ? { 'label.labels.txt': `${synsets.join('\n')}\n` } : {};
      const path = folderWith({ ...filesOf(layout), ...extra });
      const { identity, train, test } = await loadDataset(reference(path));
      expect(identity).toMatchObject({
        kind: 'imagenet',
        examples: { train: 3, test: 2 },
        shape: [6, 5, 3],
        classNames: synsets,
      });
      expect([...train.labels, ...test.labels]).toEqual([0, 1, 2, 0, 1]);
      expect([...(train.encoded?.sizes ?? []), ...(test.encoded?.sizes ?? [])]).toEqual(written.sizes.flat());
      const source = await openExamples(reference(path));
      const places = [0, 1, 2].map((index) => source.image('train', index));
      const shown = await Promise.all([...places, source.image('test', 0), source.image('test', 1)]);
      expect(shown.map(({ bytes }) => Buffer.from(bytes).toString('base64'))).toEqual(written.images);
      expect(await recogniseDataset(path)).toMatchObject({ kind: 'imagenet', path });
    },
  );

  it('have one hash in both layouts, and another where a byte of an image differs', async () => {
    const [one, other] = [await load(filesOf('datasets')), await load(filesOf('models'))];
    expect(one.identity.files).toBe(other.identity.files);
    const fewer = filesOf('models');
    fewer['train-00001-of-00002'] = fewer['validation-00000-of-00001'] ?? '';
    expect((await load(fewer)).identity.files).not.toBe(other.identity.files);
  });

  it('are refused with file, record and byte where one is damaged or cut off', async () => {
    const name = 'train-00000-of-00002';
    const whole = Buffer.from(filesOf('models')[name] ?? '');
    const second = 16 + Number(whole.readBigUInt64LE(0));
    const problem = async (bytes: Uint8Array): Promise<string> =>
      (await rejectionOf(load({ ...filesOf('models'), [name]: bytes }))).message;
    const at = `record 1, which begins at byte ${String(second)}`;
    expect(await problem(whole.subarray(0, whole.length - 1))).toContain(`${name} ends inside ${at}`);
    expect(await problem(whole.subarray(0, second + 7))).toContain(`${name} ends inside ${at}`);
    for (const changed of [second, second + 9, second + 40, whole.length - 1]) {
      const bytes = Buffer.from(whole);
      bytes.writeUInt8(bytes.readUInt8(changed) ^ 1, changed);
      expect(await problem(bytes)).toContain(`${name} is damaged in ${at}`);
    }
  });

  it('are refused where a file is missing or has another number of records than is known', async () => {
    const { 'train-00001-of-00002': _, ...some } = filesOf('models');
    expect((await rejectionOf(load(some))).message).toContain('lacks file 1 of the 2 of the split "train"');
    const splits = [{ name: 'train', shardLengths: ['2', '4'] }];
    const files = { ...filesOf('datasets'), 'dataset_info.json': JSON.stringify({ splits }) };
    expect((await rejectionOf(load(files))).message).toMatch(/00001-of-00002 has 1 records; .* says 4/);
  });
});

describe("ImageNet's class folders", () => {
  it('are train and val', async () => {
    const names = synsets.flatMap((synset) => [`train/${synset}/a.JPEG`, `val/${synset}/b.JPEG`]);
    const path = folderWith(Object.fromEntries(names.map((name, at) => [name, greyPng(at, 4 + at, 9)])));
    const { identity, train } = await loadDataset(reference(path));
    expect(identity).toMatchObject({
      examples: { train: 3, test: 3 },
      shape: [6, 5, 3],
      classNames: synsets,
    });
    expect([...(train.encoded?.sizes ?? [])]).toEqual([4, 9, 6, 9, 8, 9]);
    expect(await recogniseDataset(path)).toMatchObject({ kind: 'imagenet', path });
  });
});
