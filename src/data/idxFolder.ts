import { basename, join } from 'node:path';
import type { Examples } from '../engine/labelledImages.ts';
import { fashionClassNamesFor } from './fashionMnist.ts';
import { makeDataset, type Dataset } from './identity.ts';
import { readIdxImages, readIdxLabels } from './idxFile.ts';
import { invalidData } from './invalid.ts';
import { checkedLabels, countClasses } from './labels.ts';
import { namesIn } from './readWhole.ts';

/** What the two parts are called in file names; `t10k` is MNIST's own word for its test part. */
const parts = { train: ['train'], test: ['t10k', 'test'] } as const;

/**
 * The four IDX files of MNIST, Fashion-MNIST or data in their form, in one folder, gzipped or not:
 * `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte`, `t10k-labels-idx1-ubyte`, also with a
 * dot before `idx`.
 * @throws NoisefloorError `dataset-invalid`
 */
export async function loadIdxFolder(folder: string): Promise<Dataset> {
  const names = await namesIn(folder, 'Give the folder that holds the four IDX files.');
  const train = await readPart(folder, names, 'train');
  const test = await readPart(folder, names, 'test');
  if (test.height !== train.height || test.width !== train.width) {
    throw invalidData(
      test.imageFile,
      `holds images of ${test.height} x ${test.width} pixels, but ${train.imageFile} of ${train.height} x ${train.width}.`,
    );
  }
  const classes = countClasses(train.labels, train.labelFile);
  const fashion = fashionClassNamesFor(train.labels);
  const classNames = fashion ?? Array.from({ length: classes }, (_, label) => String(label));
  const name = fashion === null ? basename(folder) : 'Fashion-MNIST';
  const described = { name, kind: 'idx', classNames };
  return makeDataset(described, examplesOf(train, classes), examplesOf(test, classes));
}

interface Part {
  imageFile: string;
  labelFile: string;
  images: Uint8Array;
  labels: Uint8Array;
  count: number;
  height: number;
  width: number;
}

async function readPart(folder: string, names: readonly string[], part: 'train' | 'test'): Promise<Part> {
  const imageFile = join(folder, findFile(folder, names, part, 'images', 3));
  const labelFile = join(folder, findFile(folder, names, part, 'labels', 1));
  return {
    imageFile,
    labelFile,
    ...(await readIdxImages(imageFile)),
    labels: await readIdxLabels(labelFile),
  };
}

function findFile(
  folder: string,
  names: readonly string[],
  part: 'train' | 'test',
  what: string,
  dimensions: number,
): string {
  const accepted = parts[part].flatMap((prefix) =>
    ['-', '.'].flatMap((separator) =>
      ['', '.gz'].map((suffix) => `${prefix}-${what}${separator}idx${dimensions}-ubyte${suffix}`),
    ),
  );
  const found = accepted.find((name) => names.includes(name));
  if (found !== undefined) return found;
  const wanted = accepted[0] ?? '';
  throw invalidData(
    folder,
    `has no file ${wanted} (or ${wanted}.gz). Put the four IDX files into one folder.`,
  );
}

function examplesOf(part: Part, classes: number): Examples {
  const { images, labels, height, width, count, imageFile, labelFile } = part;
  return {
    images,
    labels: checkedLabels({ labels, file: labelFile, classes, images: imageFile, imageCount: count }),
    shape: [height, width, 1],
  };
}
