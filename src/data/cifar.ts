import { join } from 'node:path';
import type { Examples } from '../engine/labelledImages.ts';
import type { DatasetReference } from '../study/task.ts';
import { cifar100CoarseClasses, cifar100FineClasses, cifar10Classes } from './cifarNames.ts';
import { makeDataset, type Dataset } from './identity.ts';
import { invalidData } from './invalid.ts';
import { checkedLabels } from './labels.ts';
import { wholeNumbers } from '../formats/npy.ts';
import { readPickle, type Pickled } from './pickle.ts';
import { namesIn, readWhole } from './readWhole.ts';

type CifarReference = Extract<DatasetReference, { kind: 'cifar-10' | 'cifar-100' }>;

const side = 32;
const plane = side * side;
const pixels = 3 * plane;
/** Of the full data sets. */
const fullCounts = { train: 50_000, test: 10_000 };

/** A form in which CIFAR is published. */
interface Layout {
  /** The folder that its archive unpacks to. */
  folder: string;
  train: readonly string[];
  test: readonly string[];
  read: (bytes: Uint8Array) => Batch;
}

/** Images as they are in the files: for each the red, the green and the blue plane, each row by row. */
interface Batch {
  planes: Uint8Array[];
  labels: Int32Array;
}

/**
 * CIFAR-10 or CIFAR-100 (Krizhevsky 2009), from the files of the binary or of the Python version.
 * @param reference its path is the folder of the files, or the one that holds that folder under its own name.
 * @throws NoisefloorError `dataset-invalid`
 */
export async function loadCifar(reference: CifarReference): Promise<Dataset> {
  const { folder, layout } = await findLayout(reference);
  const classNames = [...classesOf(reference)];
  const train = await readPart(folder, layout.train, layout.read, classNames.length);
  const test = await readPart(folder, layout.test, layout.read, classNames.length);
  const counts = { train: train.labels.length, test: test.labels.length };
  return makeDataset({ name: nameOf(reference, counts), kind: reference.kind, classNames }, train, test);
}

function classesOf(reference: CifarReference): readonly string[] {
  if (reference.kind === 'cifar-10') return cifar10Classes;
  return reference.labels === 'coarse' ? cifar100CoarseClasses : cifar100FineClasses;
}

/** A part of the data must not pass for all of it. */
function nameOf(reference: CifarReference, counts: { train: number; test: number }): string {
  const name = reference.kind === 'cifar-10' ? 'CIFAR-10' : 'CIFAR-100';
  const labelled =
    reference.kind === 'cifar-100' && reference.labels === 'coarse' ? `${name} (coarse labels)` : name;
  const isFull = counts.train === fullCounts.train && counts.test === fullCounts.test;
  return isFull ? labelled : `${labelled}, ${counts.train} + ${counts.test} examples of it`;
}

function layoutsOf(reference: CifarReference): readonly Layout[] {
  if (reference.kind === 'cifar-10') {
    const batches = [1, 2, 3, 4, 5].map((number) => `data_batch_${number}`);
    return [
      {
        folder: 'cifar-10-batches-bin',
        train: batches.map((name) => `${name}.bin`),
        test: ['test_batch.bin'],
        read: (bytes) => readRecords(bytes, 1, 0),
      },
      {
        folder: 'cifar-10-batches-py',
        train: batches,
        test: ['test_batch'],
        read: (bytes) => readDictionary(bytes, 'labels'),
      },
    ];
  }
  const isCoarse = reference.labels === 'coarse';
  return [
    {
      folder: 'cifar-100-binary',
      train: ['train.bin'],
      test: ['test.bin'],
      read: (bytes) => readRecords(bytes, 2, isCoarse ? 0 : 1),
    },
    {
      folder: 'cifar-100-python',
      train: ['train'],
      test: ['test'],
      read: (bytes) => readDictionary(bytes, isCoarse ? 'coarse_labels' : 'fine_labels'),
    },
  ];
}

async function findLayout(reference: CifarReference): Promise<{ folder: string; layout: Layout }> {
  const { path } = reference;
  const layouts = layoutsOf(reference);
  const names = await namesIn(path, 'Give the folder that holds the CIFAR files.');
  for (const layout of layouts) {
    if (names.includes(layout.folder)) return { folder: join(path, layout.folder), layout };
    // A folder called `train` is no file of that name, but reading it says so.
    if (layout.test.every((name) => names.includes(name))) return { folder: path, layout };
  }
  const wanted = layouts.map(({ train, test }) => [...train.slice(0, 1), ...test].join(', '));
  throw invalidData(
    path,
    `holds neither the files of the binary version (${wanted[0] ?? ''}, ...) nor those of the Python version (${wanted[1] ?? ''}, ...). Unpack the archive and give the folder that it makes.`,
  );
}

async function readPart(
  folder: string,
  names: readonly string[],
  read: Layout['read'],
  classes: number,
): Promise<Examples> {
  const batches: Batch[] = [];
  for (const name of names) {
    const file = join(folder, name);
    const batch = await readBatch(file, read);
    checkedLabels({
      labels: batch.labels,
      file,
      classes,
      images: 'the same file',
      imageCount: batch.planes.length,
    });
    const [first] = batches;
    if (first !== undefined && first.labels.length !== batch.labels.length) {
      throw invalidData(
        file,
        `holds ${batch.labels.length} examples, but ${names[0] ?? ''} holds ${first.labels.length}. It is cut off: fetch it again.`,
      );
    }
    batches.push(batch);
  }
  const count = batches.reduce((total, { labels }) => total + labels.length, 0);
  const images = new Uint8Array(count * pixels);
  const labels = new Int32Array(count);
  let index = 0;
  for (const batch of batches) {
    labels.set(batch.labels, index);
    for (const planes of batch.planes) {
      interleave(planes, images.subarray(index * pixels, (index + 1) * pixels));
      index += 1;
    }
  }
  return { images, labels, shape: [side, side, 3] };
}

async function readBatch(file: string, read: Layout['read']): Promise<Batch> {
  const bytes = await readWhole(file);
  if (bytes.length === 0) throw invalidData(file, 'is empty. Fetch it again.');
  try {
    return read(bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw invalidData(file, `is no file of CIFAR, or is damaged: ${reason}. Fetch it again.`, error);
  }
}

/** Records of a few label bytes and 3,072 pixels. */
function readRecords(bytes: Uint8Array, labelBytes: number, label: number): Batch {
  const size = labelBytes + pixels;
  const rest = bytes.length % size;
  if (rest !== 0) {
    throw new Error(`${bytes.length} bytes are not a whole number of records of ${size} bytes each`);
  }
  const count = bytes.length / size;
  const recordOf = (index: number): Uint8Array => bytes.subarray(index * size, (index + 1) * size);
  return {
    planes: Array.from({ length: count }, (_, index) => recordOf(index).subarray(labelBytes)),
    labels: Int32Array.from({ length: count }, (_, index) => recordOf(index)[label] ?? 0),
  };
}

/** A pickled dictionary with `data`, uint8 of shape [n, 3072], and a list or array of labels. */
function readDictionary(bytes: Uint8Array, labelsKey: string): Batch {
  const dictionary = readPickle(bytes);
  if (!(dictionary instanceof Map)) throw new Error('it is a pickle of something else than a dictionary');
  const entries = dictionary as ReadonlyMap<string, Pickled>;
  const data = entries.get('data');
  if (!isArray(data)) throw new Error('its dictionary has no array "data"');
  const [count = 0, width = 0] = data.shape;
  if (data.dtype !== 'u1' || data.fortranOrder || width !== pixels || data.bytes.length !== count * pixels) {
    throw new Error(
      `"data" is ${data.dtype} of shape [${data.shape.join(', ')}] instead of u1 of [n, ${pixels}]`,
    );
  }
  return {
    planes: Array.from({ length: count }, (_, index) =>
      data.bytes.subarray(index * pixels, (index + 1) * pixels),
    ),
    labels: labelsIn(entries.get(labelsKey), labelsKey),
  };
}

function labelsIn(value: Pickled | undefined, key: string): Int32Array {
  if (isArray(value)) return wholeNumbers(value);
  if (Array.isArray(value) && value.every((label) => Number.isInteger(label))) {
    return Int32Array.from(value as number[]);
  }
  throw new Error(`its dictionary has no list of whole numbers "${key}"`);
}

const isArray = (value: Pickled | undefined): value is Extract<Pickled, { kind: 'array' }> =>
  typeof value === 'object' && value !== null && 'kind' in value;

/** From planes to channels last. */
function interleave(planes: Uint8Array, into: Uint8Array): void {
  for (let pixel = 0; pixel < plane; pixel += 1) {
    into[3 * pixel] = planes[pixel] ?? 0;
    into[3 * pixel + 1] = planes[plane + pixel] ?? 0;
    into[3 * pixel + 2] = planes[2 * plane + pixel] ?? 0;
  }
}
