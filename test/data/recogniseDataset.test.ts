import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { recogniseDataset } from '../../src/data/recogniseDataset.ts';
import { rejectionOf } from './failure.ts';
import { folderWith } from './temporaryFolder.ts';

const empty = new Uint8Array(0);

describe('recogniseDataset', () => {
  it.each<[string, readonly string[]]>([
    ['cifar-10', ['cifar-10-batches-bin/data_batch_1.bin']],
    ['cifar-10', ['cifar-10-batches-py/data_batch_1']],
    ['cifar-10', ['data_batch_1.bin', 'test_batch.bin']],
    ['cifar-10', ['data_batch_1', 'test_batch', 'batches.meta']],
    ['cifar-100', ['cifar-100-python/train']],
    ['cifar-100', ['train.bin', 'test.bin', 'fine_label_names.txt']],
    ['cifar-100', ['train', 'test', 'meta']],
    ['idx', ['train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz']],
    ['idx', ['train-images.idx3-ubyte']],
    ['npz', ['mnist.npz']],
    ['image-folder', ['train/cat/1.png', 'test/cat/1.png']],
    ['image-folder', ['cat/1.png', 'dog/1.png', '.DS_Store']],
  ])('takes for %s: %j', async (kind, files) => {
    const path = folderWith(Object.fromEntries(files.map((name) => [name, empty])));
    expect(await recogniseDataset(path)).toMatchObject({ kind, path });
  });

  it('takes an .npz file by its name', async () => {
    const file = join(folderWith({ 'mine.npz': empty }), 'mine.npz');
    expect(await recogniseDataset(file)).toEqual({ kind: 'npz', path: file });
  });

  it('refuses what it does not know', async () => {
    const folder = folderWith({ 'notes.txt': 'hello' });
    expect((await rejectionOf(recogniseDataset(folder))).message).toContain('holds nothing that is known');
    expect((await rejectionOf(recogniseDataset(join(folder, 'notes.txt')))).message).toContain(
      'is no folder',
    );
    expect((await rejectionOf(recogniseDataset('/no/such/place'))).message).toContain('does not exist');
  });
});
