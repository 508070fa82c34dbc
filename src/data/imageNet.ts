import { createHash, type Hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { Examples } from '../engine/labelledImages.ts';
import type { DatasetReference } from '../study/task.ts';
import { EncodedListing } from './encodedListing.ts';
import { makeDataset, type Dataset } from './identity.ts';
import { readImageHeader } from './imageHeader.ts';
import { hashFile, loadImageFolder } from './imageFolder.ts';
import { invalidData } from './invalid.ts';
import { namesIn } from './readWhole.ts';
import { featuresOf, type FeatureValue } from './recordFeatures.ts';
import { readRecordFile } from './recordFile.ts';

type ImageNetReference = Extract<DatasetReference, { kind: 'imagenet' }>;

/** `train-00000-of-01024`, `imagenet2012-validation.tfrecord-00000-of-00064`. */
const shardName = /^(?:.*[-_])?(train|validation)(?:\.tfrecord)?-(\d{5})-of-(\d{5})$/;

/** Whether a folder holds record files as ImageNet's are named. */
export const holdsRecordFiles = (names: readonly string[]): boolean =>
  names.some((name) => shardName.test(name));

/** A record file of a split, and how many records it has, where the folder says so. */
interface Shard {
  readonly file: string;
  readonly records: number | null;
}

/**
 * Lists ImageNet, or any data set in one of its forms: record files as TensorFlow Datasets or TensorFlow's models write
 * them, or class folders in `train` and `val`. Its images are read and decoded batch by batch.
 * @throws NoisefloorError `dataset-invalid`
 */
export async function loadImageNet(
  reference: ImageNetReference,
  decoder: string | undefined,
): Promise<Dataset> {
  const { path, resize, damaged } = reference;
  const names = await namesIn(path, 'Give the folder with the record files, or with train and val.');
  if (!holdsRecordFiles(names)) {
    const folder = { path, resize, damaged, streamed: true, testFraction: 0.2 };
    const given = { kind: 'imagenet', testFolders: ['val', 'validation', 'test'] };
    return loadImageFolder(folder, decoder === undefined ? {} : { decoder }, given);
  }
  const hash = createHash('sha256');
  const counts = await countsIn(path);
  const train = await readSplit(shardsOf(path, names, 'train', counts), reference, hash);
  const test = await readSplit(shardsOf(path, names, 'validation', counts), reference, hash);
  const classNames = await namesOfClasses(path, train, test);
  const described = {
    ...{ name: basename(path), kind: 'imagenet', classNames },
    ...{ decoder: decoder ?? null, files: hash.digest('hex') },
  };
  return makeDataset(described, train.examples, test.examples);
}

/** All files of a split in their order. @throws NoisefloorError `dataset-invalid` where one is missing. */
function shardsOf(
  folder: string,
  names: readonly string[],
  split: string,
  counts: ReadonlyMap<string, readonly number[]>,
): Shard[] {
  const found = names.flatMap((name) => {
    const [, of, index, total] = shardName.exec(name) ?? [];
    return of === split ? [{ name, index: Number(index), total: Number(total) }] : [];
  });
  const total = found[0]?.total ?? 0;
  const other = found.find((shard) => shard.total !== total);
  if (found.length === 0) throw invalidData(folder, `has no record files of the split "${split}".`);
  if (other !== undefined) {
    throw invalidData(join(folder, other.name), `is one of ${other.total} files, but others of ${total}.`);
  }
  const known = counts.get(split);
  return Array.from({ length: total }, (_, index) => {
    const shard = found.find((each) => each.index === index);
    if (shard === undefined) {
      throw invalidData(
        folder,
        `lacks file ${index} of the ${total} of the split "${split}". Fetch or copy it again.`,
      );
    }
    return { file: join(folder, shard.name), records: known?.[index] ?? null };
  });
}

const infoSchema = z.object({
  splits: z.array(z.object({ name: z.string(), shardLengths: z.array(z.coerce.number().int()) })),
});

/** How many records each file has, where TensorFlow Datasets has left word. */
async function countsIn(folder: string): Promise<Map<string, readonly number[]>> {
  try {
    const info = infoSchema.parse(JSON.parse(await readFile(join(folder, 'dataset_info.json'), 'utf8')));
    return new Map(info.splits.map(({ name, shardLengths }) => [name, shardLengths]));
  } catch {
    return new Map();
  }
}

interface ReadSplit {
  readonly examples: Examples;
  /** Synsets by class, as far as the records name them. */
  readonly synsets: ReadonlyMap<number, string>;
}

async function readSplit(
  shards: readonly Shard[],
  { resize, damaged }: ImageNetReference,
  hash: Hash,
): Promise<ReadSplit> {
  const listing = new EncodedListing();
  const labels: number[] = [];
  const synsets = new Map<number, string>();
  for (const { file, records } of shards) {
    let count = 0;
    for await (const { bytes, offset, index } of readRecordFile(file)) {
      const { image, label, synset } = exampleIn(bytes, file, index);
      const header = readImageHeader(image.bytes);
      if (header === null) {
        throw invalidData(file, `has an image in record ${index} that is neither a JPEG nor a PNG image.`);
      }
      hashFile(hash, label, image.bytes);
      listing.add({ ...header, file, bytes: image.bytes, offset: offset + image.offset });
      labels.push(label);
      if (synset !== null) synsets.set(label, synset);
      count += 1;
    }
    if (records !== null && records !== count) {
      throw invalidData(
        file,
        `has ${count} records; dataset_info.json says ${records}. Fetch or copy it again.`,
      );
    }
  }
  return {
    synsets,
    examples: {
      images: new Uint8Array(),
      encoded: listing.images(true, damaged),
      labels: Int32Array.from(labels),
      shape: [resize.height, resize.width, 3],
    },
  };
}

/** What a record says in either layout; classes are counted from 0. */
function exampleIn(
  record: Uint8Array,
  file: string,
  index: number,
): { image: Extract<FeatureValue, { kind: 'bytes' }>; label: number; synset: string | null } {
  let features: Map<string, FeatureValue>;
  try {
    features = featuresOf(record);
  } catch (cause) {
    throw invalidData(file, `has a record ${index} that is no tensorflow.Example.`, cause);
  }
  const isOfModels = features.has('image/encoded');
  const image = features.get(isOfModels ? 'image/encoded' : 'image');
  const label = features.get(isOfModels ? 'image/class/label' : 'label');
  const synset = features.get('image/class/synset');
  if (image?.kind !== 'bytes' || label?.kind !== 'integer') {
    throw invalidData(
      file,
      `has a record ${index} without image and label: expected "image" and "label", or "image/encoded" and "image/class/label". It has ${[...features.keys()].join(', ')}.`,
    );
  }
  const first = isOfModels ? 1 : 0;
  if (label.integer < first || label.integer > 65_535 + first) {
    throw invalidData(
      file,
      `has the class ${label.integer} in record ${index}; classes begin with ${first}.`,
    );
  }
  return {
    image,
    label: label.integer - first,
    synset: synset?.kind === 'bytes' ? Buffer.from(synset.bytes).toString('utf8') : null,
  };
}

/** By the folder's `label.labels.txt`, by the records' synsets, or by number. */
async function namesOfClasses(folder: string, train: ReadSplit, test: ReadSplit): Promise<string[]> {
  const largest = [train, test].reduce(
    (most, { examples }) => examples.labels.reduce((left, right) => Math.max(left, right), most),
    0,
  );
  const listed = await readFile(join(folder, 'label.labels.txt'), 'utf8').catch(() => '');
  const names = listed.split(/\r?\n/).filter((name) => name !== '');
  if (names.length > largest) return names;
  return Array.from(
    { length: largest + 1 },
    (_, label) => train.synsets.get(label) ?? test.synsets.get(label) ?? `class ${label}`,
  );
}
