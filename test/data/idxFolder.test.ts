import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { loadDataset } from '../../src/data/dataset.ts';
import { rejectionOf } from './failure.ts';
import { idxBytes } from './idx.ts';
import { folderWith } from './temporaryFolder.ts';

const pixels = (count: number): Uint8Array =>
  Uint8Array.from({ length: count }, (_, index) => (index * 37) % 256);

/** Six training and three test images of 2 x 3 pixels in three classes. */
const files = {
  'train-images-idx3-ubyte': idxBytes([6, 2, 3], pixels(36)),
  'train-labels-idx1-ubyte': idxBytes([6], [0, 1, 2, 0, 1, 2]),
  't10k-images-idx3-ubyte': idxBytes([3, 2, 3], pixels(18)),
  't10k-labels-idx1-ubyte': idxBytes([3], [2, 0, 1]),
};
type Name = keyof typeof files;
const images = files['train-images-idx3-ubyte'];

const load = (folder: string) => loadDataset({ kind: 'idx', path: folder });
const messageWith = async (changed: Partial<Record<Name, Uint8Array>>): Promise<string> => {
  const error = await rejectionOf(load(folderWith({ ...files, ...changed })));
  expect(error.code).toBe('dataset-invalid');
  return error.message;
};

describe('loadDataset of a folder of IDX files', () => {
  it('reads images, labels and classes', async () => {
    const { train, test, identity, classNames } = await load(folderWith(files));
    expect(train).toEqual({ images: pixels(36), labels: Int32Array.of(0, 1, 2, 0, 1, 2), shape: [2, 3, 1] });
    expect(test).toEqual({ images: pixels(18), labels: Int32Array.of(2, 0, 1), shape: [2, 3, 1] });
    expect(classNames).toEqual(['0', '1', '2']);
    expect(identity.examples).toEqual({ train: 6, test: 3 });
  });

  it('reads gzipped files and names with dots to the same hash, wherever they lie', async () => {
    const plain = await load(folderWith(files));
    const gzipped = await load(
      folderWith({
        'train-images.idx3-ubyte.gz': gzipSync(files['train-images-idx3-ubyte']),
        'train-labels.idx1-ubyte': files['train-labels-idx1-ubyte'],
        't10k-images-idx3-ubyte.gz': gzipSync(files['t10k-images-idx3-ubyte']),
        't10k-labels-idx1-ubyte.gz': gzipSync(files['t10k-labels-idx1-ubyte']),
      }),
    );
    expect(gzipped.identity.hash).toBe(plain.identity.hash);
    expect(gzipped.train).toEqual(plain.train);
  });

  it('gives another hash for another pixel, label or split', async () => {
    const hashOf = async (changed: Partial<Record<Name, Uint8Array>>) =>
      (await load(folderWith({ ...files, ...changed }))).identity.hash;
    const onePixel = pixels(36);
    onePixel[35] = (onePixel[35] ?? 0) ^ 1;
    const hashes = [
      await hashOf({}),
      await hashOf({ 'train-images-idx3-ubyte': idxBytes([6, 2, 3], onePixel) }),
      await hashOf({
        'train-images-idx3-ubyte': idxBytes([6, 3, 2], pixels(36)),
        't10k-images-idx3-ubyte': idxBytes([3, 3, 2], pixels(18)),
      }),
      await hashOf({ 't10k-labels-idx1-ubyte': idxBytes([3], [2, 0, 0]) }),
      await hashOf({
        't10k-images-idx3-ubyte': idxBytes([2, 2, 3], pixels(12)),
        't10k-labels-idx1-ubyte': idxBytes([2], [2, 0]),
      }),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it.each<[Name, string, Uint8Array]>([
    [
      'train-images-idx3-ubyte',
      'is truncated: 6 x 2 x 3 values are announced, 35 are there.',
      images.subarray(0, -1),
    ],
    ['train-images-idx3-ubyte', 'is longer than it says', Buffer.concat([images, Buffer.of(1)])],
    ['train-images-idx3-ubyte', 'ends inside its header', images.subarray(0, 10)],
    ['train-images-idx3-ubyte', 'is truncated: 4294967295 x', idxBytes([2 ** 32 - 1, 2 ** 32 - 1, 3], [1])],
    ['train-images-idx3-ubyte', 'is not an IDX file of images', Buffer.alloc(0)],
    ['train-images-idx3-ubyte', 'is not an IDX file of images', Buffer.from('hello')],
    ['train-images-idx3-ubyte', 'Are images and labels swapped?', files['train-labels-idx1-ubyte']],
    ['train-images-idx3-ubyte', 'of type 13 and 3 dimensions', idxBytes([6, 2, 3], pixels(36), 13)],
    ['train-images-idx3-ubyte', 'is empty: it holds no images.', idxBytes([0, 2, 3], [])],
    ['train-images-idx3-ubyte', 'holds images of 0 x 3 pixels', idxBytes([6, 0, 3], [])],
    ['train-labels-idx1-ubyte', 'has 5 labels, but', idxBytes([5], [0, 1, 2, 0, 1])],
    [
      'train-labels-idx1-ubyte',
      'has the label 200 (example 5) but none of class 3',
      idxBytes([6], [0, 1, 2, 0, 1, 200]),
    ],
    ['train-labels-idx1-ubyte', 'has one class only', idxBytes([6], [0, 0, 0, 0, 0, 0])],
    [
      't10k-labels-idx1-ubyte',
      'gives example 2 the label 3; there are 3 classes, 0 to 2.',
      idxBytes([3], [0, 1, 3]),
    ],
    ['t10k-images-idx3-ubyte', 'holds images of 3 x 2 pixels, but', idxBytes([3, 3, 2], pixels(18))],
    [
      't10k-images-idx3-ubyte',
      'cannot be unpacked',
      gzipSync(files['t10k-images-idx3-ubyte']).subarray(0, -12),
    ],
  ])('refuses %s: %s', async (name, problem, content) => {
    const message = await messageWith({ [name]: content });
    expect(message).toContain(name);
    expect(message).toContain(problem);
  });

  it('refuses a file that only calls itself gzip', async () => {
    const { 't10k-labels-idx1-ubyte': labels, ...rest } = files;
    const folder = folderWith({ ...rest, 't10k-labels-idx1-ubyte.gz': labels });
    expect((await rejectionOf(load(folder))).message).toContain(
      't10k-labels-idx1-ubyte.gz is not a gzip file',
    );
  });

  it('says which file a folder lacks, and where there is no folder', async () => {
    const { 't10k-labels-idx1-ubyte': _, ...rest } = files;
    expect((await rejectionOf(load(folderWith(rest)))).message).toContain(
      'has no file t10k-labels-idx1-ubyte',
    );
    expect((await rejectionOf(load('/no/such/folder'))).message).toContain('/no/such/folder does not exist.');
  });
});

const fullFashion = '/usr/share/datasets/fashion-mnist';
describe.skipIf(!exists(fullFashion))(`the full Fashion-MNIST (where ${fullFashion} is)`, () => {
  it('is known by name', async () => {
    const { identity } = await load(fullFashion);
    expect(identity).toMatchObject({ name: 'Fashion-MNIST', examples: { train: 60_000, test: 10_000 } });
    expect(identity.classNames[0]).toBe('T-shirt/top');
  });
});

function exists(folder: string): boolean {
  try {
    return readFileSync(`${folder}/t10k-labels-idx1-ubyte.gz`).length > 0;
  } catch {
    return false;
  }
}
