import { chmodSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDataset } from '../../src/data/dataset.ts';
import { rejectionOf } from './failure.ts';
import { decodePng, encodePng, greyPng } from './png.ts';
import { folderWith } from './temporaryFolder.ts';

type Files = Readonly<Record<string, Uint8Array | string>>;

const load = (folder: string, testFraction = 0.5) =>
  loadDataset(
    { kind: 'image-folder', path: folder, testFraction },
    { decode: decodePng, decoder: 'test PNG' },
  );

const messageOf = async (files: Files): Promise<string> => {
  const error = await rejectionOf(load(folderWith(files)));
  expect(error.code).toBe('dataset-invalid');
  return error.message;
};

/** Two classes of two images, each of its own grey. */
const pets: Files = {
  'cat/a.png': greyPng(10),
  'cat/b.png': greyPng(11),
  'dog/a.png': greyPng(20),
  'dog/b.png': greyPng(21),
};

describe('loadDataset of an image folder', () => {
  it('takes classes and files in the order of their names', async () => {
    const { train, test, classNames, identity } = await load(
      folderWith({
        'train/zebra/2.png': greyPng(2),
        'train/zebra/10.png': greyPng(1),
        'train/Ant/x.png': greyPng(3),
        'test/zebra/1.png': greyPng(4),
        'test/Ant/1.png': greyPng(5),
      }),
    );
    expect(classNames).toEqual(['Ant', 'zebra']);
    expect([...train.labels]).toEqual([0, 1, 1]);
    expect([0, 1, 2].map((index) => train.images[16 * index])).toEqual([3, 1, 2]);
    expect([...test.labels]).toEqual([0, 1]);
    expect([0, 1].map((index) => test.images[16 * index])).toEqual([5, 4]);
    expect(identity).toMatchObject({
      kind: 'image-folder',
      decoder: 'test PNG',
      shape: [4, 4, 1],
      classes: 2,
    });
  });

  it('reads colour, and images that are not square', async () => {
    const pixels = Uint8Array.from({ length: 2 * 3 * 3 }, (_, index) => index * 7);
    const image = encodePng(pixels, 2, 3, 3);
    const { train } = await load(
      folderWith({ 'a/1.PNG': image, 'a/2.png': image, 'b/1.png': image, 'b/2.png': image }),
    );
    expect(train.shape).toEqual([2, 3, 3]);
    expect(train.images.subarray(0, 18)).toEqual(pixels);
  });

  it('keeps the same part of every class for testing, whatever the folder is called', async () => {
    const many: Record<string, Uint8Array> = {};
    for (let index = 0; index < 20; index++) {
      many[`a/${String(index)}.png`] = greyPng(index);
      many[`b/${String(index)}.png`] = greyPng(100 + index);
    }
    const first = await load(folderWith(many), 0.2);
    const second = await load(folderWith(many), 0.2);
    expect(second.test).toEqual(first.test);
    expect(second.identity.hash).toBe(first.identity.hash);
    const shades = (images: Uint8Array): number[] => [...images].filter((_, index) => index % 16 === 0);
    // sha256sum of "a/0.png" to "a/19.png" and "b/0.png" to "b/19.png", the four lowest of each.
    expect(shades(first.test.images)).toEqual([0, 15, 19, 8, 100, 112, 116, 103]);
    expect([...shades(first.test.images), ...shades(first.train.images)].sort((l, r) => l - r)).toEqual([
      ...Array.from({ length: 20 }, (_, index) => index),
      ...Array.from({ length: 20 }, (_, index) => 100 + index),
    ]);
  });

  it('follows links and passes over hidden files and clutter', async () => {
    const folder = folderWith({
      ...pets,
      '.hidden/x.txt': '',
      'cat/.DS_Store': '',
      'dog/Thumbs.db': '',
      'README.md': '',
    });
    symlinkSync(join(folder, 'cat'), join(folder, 'puma'));
    expect((await load(folder)).classNames).toEqual(['cat', 'dog', 'puma']);
  });

  it('takes train and test for class names where they hold images', async () => {
    const { classNames } = await load(
      folderWith({
        'train/1.png': greyPng(1),
        'train/2.png': greyPng(2),
        'test/1.png': greyPng(3),
        'test/2.png': greyPng(4),
      }),
    );
    expect(classNames).toEqual(['test', 'train']);
  });

  it.each<[string, Files, string, string]>([
    ['another size', { 'dog/c.png': greyPng(1, 5, 4) }, 'dog/c.png', 'is 4 x 5 pixels in grey, but '],
    [
      'another kind',
      { 'dog/c.png': encodePng(new Uint8Array(48), 4, 4, 3) },
      'dog/c.png',
      'is 4 x 4 pixels in RGB, but ',
    ],
    ['transparency', { 'cat/a.png': encodePng(new Uint8Array(64), 4, 4, 4) }, 'cat/a.png', 'has 4 channels'],
    ['an empty file', { 'dog/a.png': '' }, 'dog/a.png', 'is empty'],
    ['another format', { 'dog/a.png': 'GIF89a....' }, 'dog/a.png', 'is neither a JPEG nor a PNG image'],
    [
      'a cut-off header',
      { 'dog/a.png': greyPng(1).subarray(0, 20) },
      'dog/a.png',
      'is neither a JPEG nor a PNG image, or ends too early',
    ],
    ['damaged pixels', { 'dog/a.png': greyPng(1).subarray(0, 45) }, 'dog/a.png', 'cannot be decoded'],
    ['another file', { 'dog/notes.txt': 'x' }, 'dog/notes.txt', 'is not named as a JPEG or PNG file'],
    ['a deeper folder', { 'dog/young/a.png': greyPng(1) }, 'dog/young', 'is a folder inside a class folder'],
    ['a loose image', { 'stray.png': greyPng(1) }, 'stray.png', 'lies beside the class folders'],
    ['a class of one', { 'emu/a.png': greyPng(1) }, 'emu', 'holds one image'],
  ])('refuses %s', async (_what, changed, file, problem) => {
    const message = await messageOf({ ...pets, ...changed });
    expect(message).toContain(file);
    expect(message).toContain(problem);
  });

  it('names both files where sizes differ', async () => {
    const message = await messageOf({
      ...pets,
      'dog/b.png': greyPng(1, 8, 8),
      'dog/a.png': greyPng(1, 8, 8),
    });
    expect(message).toMatch(
      /dog\/[ab]\.png is 8 x 8 pixels in grey, but .*cat\/[ab]\.png is 4 x 4 pixels in grey/,
    );
  });

  it.each<[string, Files, string]>([
    ['no classes', { 'README.md': '' }, 'has no class folders'],
    ['one class', { 'cat/a.png': greyPng(1), 'cat/b.png': greyPng(1) }, 'has one class folder only (cat)'],
    ['an empty class', { ...pets, 'emu/.keep': '' }, 'emu is an empty class folder'],
    [
      'a class without test images',
      {
        'train/a/1.png': greyPng(1),
        'train/b/1.png': greyPng(1),
        'test/a/1.png': greyPng(1),
        'test/c/1.png': greyPng(1),
      },
      'is a class that only one of the train and test folders has',
    ],
  ])('refuses a folder with %s', async (_what, files, problem) => {
    expect(await messageOf(files)).toContain(problem);
  });

  it('refuses a folder that is not there, and one without a decoder', async () => {
    expect((await rejectionOf(load('/no/such/folder'))).message).toBe('/no/such/folder does not exist.');
    const undecoded = loadDataset({ kind: 'image-folder', path: folderWith(pets), testFraction: 0.5 });
    expect((await rejectionOf(undecoded)).message).toContain('nothing was given to decode them');
  });

  it.skipIf(process.getuid?.() === 0)(
    'names a file that may not be read (not as root, who may read all)',
    async () => {
      const folder = folderWith(pets);
      chmodSync(join(folder, 'cat/a.png'), 0);
      expect((await rejectionOf(load(folder))).message).toContain('cat/a.png may not be read by this user');
    },
  );
});
