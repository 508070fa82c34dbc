import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { unzipSync } from 'fflate';
import type { Examples } from '../engine/labelledImages.ts';
import { makeDataset, type Dataset } from './identity.ts';
import { invalidData, systemReason } from './invalid.ts';
import { checkedLabels, countClasses } from './labels.ts';
import { readWhole } from './readWhole.ts';
import { readNpy, wholeNumbers, type NpyArray } from '../formats/npy.ts';

/** As Keras' own data sets are saved (`mnist.npz`). */
const wanted = ['x_train', 'y_train', 'x_test', 'y_test'] as const;
type Name = (typeof wanted)[number];
/** The most that a replicate's process can be asked to hold; stops a zip bomb. */
const mostBytes = 2 ** 31 - 1;

/**
 * An `.npz` file with `x_train`, `y_train`, `x_test`, `y_test`: images uint8 of shape [n, height, width] or [n, height,
 * width, 1 or 3], labels whole numbers of shape [n] or [n, 1].
 * @param place the file, or a folder that holds no other `.npz` file.
 * @throws NoisefloorError `dataset-invalid`
 */
export async function loadNpzFile(place: string): Promise<Dataset> {
  const file = await npzFileAt(place);
  const arrays = unpack(file, await readWhole(file));
  const train = partOf(file, arrays, 'train');
  const test = partOf(file, arrays, 'test');
  if (train.shape.join() !== test.shape.join()) {
    throw invalidData(
      file,
      `holds training images of ${train.shape.join(' x ')}, but test images of ${test.shape.join(' x ')}.`,
    );
  }
  const classes = countClasses(train.labels, `${file} (y_train)`);
  const classNames = Array.from({ length: classes }, (_, label) => String(label));
  const described = { name: basename(file).replace(/\.npz$/i, ''), kind: 'npz', classNames };
  return makeDataset(described, examplesOf(train, classes), examplesOf(test, classes));
}

async function npzFileAt(place: string): Promise<string> {
  try {
    if (!(await stat(place)).isDirectory()) return place;
  } catch (error) {
    throw invalidData(place, `${systemReason(error)}.`, error);
  }
  const found = (await readdir(place)).filter((name) => /\.npz$/i.test(name));
  const [only] = found;
  if (only === undefined || found.length > 1) {
    throw invalidData(place, `holds ${found.length} .npz files. Name the one that is meant.`);
  }
  return join(place, only);
}

function unpack(file: string, bytes: Uint8Array): Map<Name, NpyArray> {
  const arrays = new Map<Name, NpyArray>();
  let total = 0;
  let unpacked: Record<string, Uint8Array>;
  try {
    unpacked = unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        if (!wanted.some((known) => name === `${known}.npy`)) return false;
        total += originalSize;
        if (total > mostBytes) throw new Error('it unpacks to more than 2 GiB');
        return true;
      },
    });
  } catch (error) {
    throw invalidData(file, `cannot be unpacked as an .npz file: ${reasonOf(error)}.`, error);
  }
  for (const name of wanted) {
    const content = unpacked[`${name}.npy`];
    if (content === undefined) {
      throw invalidData(file, `holds no array ${name}; x_train, y_train, x_test and y_test are needed.`);
    }
    try {
      arrays.set(name, readNpy(content));
    } catch (error) {
      throw invalidData(file, `has an array ${name} that cannot be used: ${reasonOf(error)}.`, error);
    }
  }
  return arrays;
}

interface Part {
  file: string;
  name: 'train' | 'test';
  images: Uint8Array;
  labels: Int32Array;
  count: number;
  shape: readonly [number, number, number];
}

function partOf(file: string, arrays: ReadonlyMap<Name, NpyArray>, name: 'train' | 'test'): Part {
  const images = arrays.get(`x_${name}`);
  const labels = arrays.get(`y_${name}`);
  if (images === undefined || labels === undefined) throw invalidData(file, `holds no ${name} part.`);
  const [count = 0, height = 0, width = 0, channels = 1] = images.shape;
  const isGrid = images.shape.length === 3 || images.shape.length === 4;
  if (!isGrid || images.dtype !== 'u1' || (channels !== 1 && channels !== 3)) {
    throw invalidData(
      file,
      `has x_${name} of shape [${images.shape.join(', ')}] and type ${images.dtype}; uint8 of [n, height, width] or [n, height, width, 1 or 3] is needed.`,
    );
  }
  if (count * height * width === 0) throw invalidData(file, `is empty: x_${name} holds no pixels.`);
  if (labels.shape.length > 2 || (labels.shape[1] ?? 1) !== 1) {
    throw invalidData(
      file,
      `has y_${name} of shape [${labels.shape.join(', ')}]; one class index for each image, [n], is needed.`,
    );
  }
  try {
    return {
      ...{ file, name, images: images.bytes, labels: wholeNumbers(labels) },
      ...{ count, shape: [height, width, channels] },
    };
  } catch (error) {
    throw invalidData(file, `has an array y_${name} that cannot be used: ${reasonOf(error)}.`, error);
  }
}

function examplesOf({ file, name, images, labels, count, shape }: Part, classes: number): Examples {
  const where = { file: `${file} (y_${name})`, images: `x_${name}`, imageCount: count };
  return { images, labels: checkedLabels({ labels, classes, ...where }), shape };
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
