import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDataset } from '../../src/data/dataset.ts';
import { openExamples } from '../../src/data/exampleSource.ts';
import { rejectionOf } from './failure.ts';
import { digestOf, expectedOf, publishedFile, publishedFiles, type Digest } from './publishedForms.ts';
import { folderWith } from './temporaryFolder.ts';

const pixels = 3072;
const digestIn = ({ weighted, first }: Digest): Digest => ({ weighted, first });

describe.each(['cifar-10-batches-bin', 'cifar-10-batches-py'])('loadDataset of %s', (name) => {
  const files = publishedFiles(name);

  it('reads images, labels and classes as NumPy does', async () => {
    const { train, test, identity } = await loadDataset({ kind: 'cifar-10', path: folderWith(files) });
    const expected = expectedOf['cifar-10'];
    expect([...train.labels]).toEqual(expected.train.labels);
    expect([...test.labels]).toEqual(expected.test.labels);
    expect(digestOf(train.images, pixels)).toEqual(digestIn(expected.train));
    expect(digestOf(test.images, pixels)).toEqual(digestIn(expected.test));
    expect(train.shape).toEqual([32, 32, 3]);
    expect(identity).toMatchObject({
      name: 'CIFAR-10, 10 + 3 examples of it',
      classes: 10,
      examples: { train: 10, test: 3 },
    });
    expect(identity.classNames[3]).toBe('cat');
  });

  it('is found in the folder that its archive was unpacked in', async () => {
    const entries = Object.entries(files).map(([file, content]) => [`${name}/${file}`, content] as const);
    const above = folderWith(Object.fromEntries(entries));
    const { identity } = await loadDataset({ kind: 'cifar-10', path: above });
    expect(identity.examples).toEqual({ train: 10, test: 3 });
  });

  it('names the file that is missing, empty or damaged', async () => {
    const [first = '', second = ''] = Object.keys(files);
    const messageWith = async (changed: Record<string, Uint8Array | undefined>): Promise<string> => {
      const entries = Object.entries({ ...files, ...changed });
      const there = entries.filter((entry): entry is [string, Uint8Array] => entry[1] !== undefined);
      const folder = folderWith(Object.fromEntries(there));
      const error = await rejectionOf(loadDataset({ kind: 'cifar-10', path: folder }));
      expect(error.code).toBe('dataset-invalid');
      return error.message;
    };
    expect(await messageWith({ [first]: undefined })).toContain(`${first} does not exist`);
    expect(await messageWith({ [first]: new Uint8Array(0) })).toContain(`${first} is empty`);
    const content = files[second] ?? new Uint8Array(0);
    expect(await messageWith({ [second]: content.subarray(0, -1) })).toContain(
      `${second} is no file of CIFAR, or is damaged`,
    );
  });
});

describe('loadDataset of CIFAR', () => {
  it('has the same hash from the binary and the Python version', async () => {
    const hashes = [];
    for (const name of ['cifar-10-batches-bin', 'cifar-10-batches-py']) {
      const path = folderWith(publishedFiles(name));
      hashes.push((await loadDataset({ kind: 'cifar-10', path })).identity.hash);
    }
    expect(hashes[0]).toBe(hashes[1]);
  });

  it.each(['cifar-100-binary', 'cifar-100-python'])('reads fine and coarse labels of %s', async (name) => {
    const path = folderWith(publishedFiles(name));
    const fine = await loadDataset({ kind: 'cifar-100', path, labels: 'fine' });
    const coarse = await loadDataset({ kind: 'cifar-100', path, labels: 'coarse' });
    const { train, test } = expectedOf['cifar-100'];
    expect([...fine.train.labels]).toEqual(train.fine);
    expect([...fine.test.labels]).toEqual(test.fine);
    expect([...coarse.train.labels]).toEqual(train.coarse);
    expect([...coarse.test.labels]).toEqual(test.coarse);
    expect(digestOf(fine.train.images, pixels)).toEqual(digestIn(train));
    expect([fine.classNames.length, coarse.classNames.length]).toEqual([100, 20]);
    expect([fine.classNames[99], coarse.classNames[19]]).toEqual(['worm', 'vehicles_2']);
    expect(coarse.identity.name).toContain('coarse labels');
    expect(fine.identity.hash).not.toBe(coarse.identity.hash);
  });

  it('refuses batches of different length, and labels that there are not', async () => {
    const files = publishedFiles('cifar-10-batches-bin');
    const short = (files['data_batch_2.bin'] ?? new Uint8Array(0)).subarray(0, 3073);
    const cut = folderWith({ ...files, 'data_batch_2.bin': short });
    expect((await rejectionOf(loadDataset({ kind: 'cifar-10', path: cut }))).message).toContain(
      'data_batch_2.bin holds 1 examples, but data_batch_1.bin holds 2. It is cut off',
    );
    const stray = Uint8Array.from(files['test_batch.bin'] ?? []);
    stray[0] = 10;
    const wrong = folderWith({ ...files, 'test_batch.bin': stray });
    expect((await rejectionOf(loadDataset({ kind: 'cifar-10', path: wrong }))).message).toContain(
      'test_batch.bin gives example 0 the label 10; there are 10 classes',
    );
  });

  it('says what belongs into a folder that holds something else', async () => {
    const path = folderWith({ 'notes.txt': 'nothing' });
    expect((await rejectionOf(loadDataset({ kind: 'cifar-10', path }))).message).toContain(
      'holds neither the files of the binary version (data_batch_1.bin, test_batch.bin, ...) nor',
    );
  });

  it('runs nothing that a pickle names', async () => {
    const harmful = publishedFile('harmful');
    const files = { ...publishedFiles('cifar-10-batches-py'), data_batch_1: harmful };
    const path = folderWith(files);
    expect((await rejectionOf(loadDataset({ kind: 'cifar-10', path }))).message).toMatch(
      /data_batch_1 is no file of CIFAR, or is damaged: it names posix\.system, which is code, and code is not run here/,
    );
    expect(existsSync('harmed')).toBe(false);
    expect(existsSync(`${dirname(path)}/harmed`)).toBe(false);
  });

  it('shows its examples without anything that decodes', async () => {
    const source = await openExamples({
      kind: 'cifar-10',
      path: folderWith(publishedFiles('cifar-10-batches-bin')),
    });
    const image = await source.image('test', 2);
    expect(image).toMatchObject({ kind: 'pixels', height: 32, width: 32, channels: 3 });
    expect([...image.bytes.slice(0, 6)]).toEqual(expectedOf['cifar-10'].test.first[2]);
  });
});
