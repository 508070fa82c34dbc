import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDataset } from '../../src/data/dataset.ts';
import { openExamples } from '../../src/data/exampleSource.ts';
import { rejectionOf } from './failure.ts';
import { decodePng, encodePng, greyPng } from './png.ts';
import { folderWith } from './temporaryFolder.ts';

const pets = {
  'cat/a.png': greyPng(10),
  'cat/b.png': greyPng(11),
  'dog/a.png': greyPng(20),
  'dog/b.png': greyPng(21),
};
const folderOf = (path: string) => ({ kind: 'image-folder' as const, path, testFraction: 0.5 });

describe('openExamples', () => {
  it('gives the pixels of the shipped sample as replicates train on them', async () => {
    const source = await openExamples({ kind: 'fashion-mnist-sample' });
    const { identity, test, train } = await loadDataset({ kind: 'fashion-mnist-sample' });
    expect(source.identity.hash).toBe(identity.hash);
    for (const index of [0, 1999]) {
      expect(await source.image('test', index)).toEqual({
        ...{ kind: 'pixels', height: 28, width: 28, channels: 1 },
        bytes: test.images.slice(784 * index, 784 * (index + 1)),
      });
    }
    expect(await source.image('train', 7999)).toMatchObject({ bytes: train.images.slice(784 * 7999) });
    expect(source.labels.test).toEqual(test.labels);
  });

  it('gives image files as they are, in the order and split of training, and the hash that was recorded', async () => {
    const folder = folderWith(pets);
    const source = await openExamples(folderOf(folder));
    const { identity, train, test } = await loadDataset(folderOf(folder), { decode: decodePng });
    expect(source.identity).toMatchObject({ hash: null, files: identity.files, shape: [4, 4, 1] });
    expect(source.identity.files).toMatch(/^[0-9a-f]{64}$/);
    for (const [split, examples] of [
      ['train', train],
      ['test', test],
    ] as const) {
      expect(source.labels[split]).toEqual(examples.labels);
      for (const index of examples.labels.keys()) {
        const image = await source.image(split, index);
        if (image.kind !== 'encoded') throw new Error('Files are not decoded.');
        expect(image.mediaType).toBe('image/png');
        expect(decodePng(image.bytes, 1).pixels).toEqual(examples.images.slice(16 * index, 16 * (index + 1)));
      }
    }
  });

  it('has another hash for other files, and notices a file that changes later', async () => {
    const folder = folderWith(pets);
    const source = await openExamples(folderOf(folder));
    for (const name of ['a.png', 'b.png']) writeFileSync(join(folder, 'cat', name), greyPng(99));
    expect((await rejectionOf(source.image('test', 0))).message).toContain('has changed since');
    expect((await openExamples(folderOf(folder))).identity.files).not.toBe(source.identity.files);
  });

  it('refuses what training refuses, short of decoding', async () => {
    const folder = folderWith({ ...pets, 'dog/b.png': encodePng(new Uint8Array(25), 5, 5, 1) });
    const error = await rejectionOf(openExamples(folderOf(folder)));
    expect(error.message).toMatch(/is 5 x 5 pixels in grey, but .*a\.png is 4 x 4|is 4 x 4 .* is 5 x 5/);
  });
});
