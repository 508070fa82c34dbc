import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { DatasetReference } from '../study/task.ts';
import { holdsRecordFiles } from './imageNet.ts';
import { invalidData, systemReason } from './invalid.ts';

/**
 * What kind of data lies at a path, by the names of its files; whether they can be trained on is found out by reading.
 * @param place a folder or an `.npz` file.
 * @throws NoisefloorError `dataset-invalid` where it looks like nothing that is known.
 */
export async function recogniseDataset(place: string): Promise<DatasetReference> {
  const path = resolve(place);
  if (!(await isFolder(path))) {
    if (/\.npz$/i.test(path)) return { kind: 'npz', path };
    throw invalidData(path, 'is no folder and no .npz file. Give the folder that holds the data.');
  }
  const names = await readdir(path);
  const has = (...wanted: string[]): boolean => wanted.every((name) => names.includes(name));
  const inside = names.find((name) => Object.hasOwn(cifarFolders, name));
  if (inside !== undefined) return cifarFolders[inside]?.(path) ?? { kind: 'idx', path };
  if (has('data_batch_1.bin', 'test_batch.bin') || has('data_batch_1', 'test_batch')) {
    return { kind: 'cifar-10', path };
  }
  if (has('train.bin', 'test.bin')) return { kind: 'cifar-100', path, labels: 'fine' };
  if (has('train', 'test') && !(await isFolder(join(path, 'test')))) {
    return { kind: 'cifar-100', path, labels: 'fine' };
  }
  if (names.some((name) => /^train-images[-.]idx3-ubyte(\.gz)?$/.test(name))) return { kind: 'idx', path };
  if (names.filter((name) => /\.npz$/i.test(name)).length === 1) return { kind: 'npz', path };
  if (names.some((name) => /^list_attr_celeba\.(txt|csv)$/.test(name))) {
    return { kind: 'celeba', path, resize: { height: 128, width: 128 }, partition: 'test' };
  }
  if (holdsRecordFiles(names) || (has('train', 'val') && (await holdsSynsets(join(path, 'train'))))) {
    return { kind: 'imagenet', path, resize: { height: 224, width: 224 } };
  }
  for (const name of names) {
    if (!name.startsWith('.') && (await isFolder(join(path, name)))) {
      return { kind: 'image-folder', path, testFraction: 0.2 };
    }
  }
  throw invalidData(
    path,
    'holds nothing that is known: no files of CIFAR, of MNIST or of ImageNet, no .npz file, and no class folders of images.',
  );
}

/** Whether a folder holds class folders that are called as WordNet numbers its nouns, such as n01440764. */
async function holdsSynsets(folder: string): Promise<boolean> {
  return (await isFolder(folder)) && (await readdir(folder)).some((name) => /^n\d{8}$/.test(name));
}

/** The folders that CIFAR's archives unpack to, and what lies above one of them. */
const cifarFolders: Readonly<Record<string, (path: string) => DatasetReference>> = {
  'cifar-10-batches-bin': (path) => ({ kind: 'cifar-10', path }),
  'cifar-10-batches-py': (path) => ({ kind: 'cifar-10', path }),
  'cifar-100-binary': (path) => ({ kind: 'cifar-100', path, labels: 'fine' }),
  'cifar-100-python': (path) => ({ kind: 'cifar-100', path, labels: 'fine' }),
};

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw invalidData(path, `${systemReason(error)}.`, error);
  }
}
