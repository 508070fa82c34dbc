import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { crc32 } from 'node:zlib';
import { placeOf } from '../engine/encodedImages.ts';
import type { Examples } from '../engine/labelledImages.ts';
import type { DatasetReference } from '../study/task.ts';
import type { LabelledFile } from './classFolders.ts';
import { loadDataset } from './dataset.ts';
import type { Dataset, DatasetIdentity } from './identity.ts';
import { readImageFile } from './imageFile.ts';
import {
  checkedFiles,
  hashFile,
  labelsOf,
  listImageFolder,
  type ImageFolderReference,
} from './imageFolder.ts';
import { invalidData } from './invalid.ts';
import { readPart } from './readWhole.ts';

/** An image as its data set holds it. */
export type ExampleImage =
  | { kind: 'encoded'; mediaType: 'image/jpeg' | 'image/png'; bytes: Uint8Array }
  | { kind: 'pixels'; height: number; width: number; channels: number; bytes: Uint8Array };

export type Split = 'train' | 'test';

/** A data set to look at: nothing is decoded, so nothing that decodes has to be there. */
export interface ExampleSource {
  /** `hash` is null where it is one of decoded pixels; then `files` tells whether the data are the same. */
  readonly identity: Omit<DatasetIdentity, 'hash' | 'testLabels' | 'decoder'> & {
    readonly hash: string | null;
  };
  /** Classes of the examples, in the order that replicates train on and predict; zeros where they have attributes. */
  readonly labels: Readonly<Record<Split, Int32Array>>;
  /** Of 0 and 1, [examples, attributes]; null where each has a class. */
  readonly attributes: Readonly<Record<Split, Uint8Array>> | null;
  /**
   * @param index of an example that there is.
   * @throws NoisefloorError `dataset-invalid` where its file has changed or gone since.
   */
  image(split: Split, index: number): Promise<ExampleImage>;
}

/**
 * Opens a data set to look at its examples. Every file is read once and checked as for training, but for what only
 * decoding shows.
 * @throws NoisefloorError `dataset-invalid` that names the file and what to do about it.
 */
export async function openExamples(reference: DatasetReference): Promise<ExampleSource> {
  if (reference.kind === 'image-folder') return fromFiles(reference);
  // Whatever holds image files keeps them encoded here.
  const dataset = await loadDataset(
    reference.kind === 'celeba' ? { ...reference, streamed: true } : reference,
  );
  return dataset.train.encoded === undefined ? fromPixels(dataset) : fromEncoded(dataset);
}

function fromPixels({ identity, train, test }: Dataset): ExampleSource {
  const { testLabels: _, decoder: _none, ...shown } = identity;
  const parts: Record<Split, Examples> = { train, test };
  return {
    identity: shown,
    labels: { train: train.labels, test: test.labels },
    attributes: attributesOf(train, test),
    image: (split, index) => {
      const { images, shape } = parts[split];
      const [height, width, channels] = shape;
      const each = height * width * channels;
      const bytes = images.slice(index * each, (index + 1) * each);
      return Promise.resolve({ kind: 'pixels', height, width, channels, bytes });
    },
  };
}

function attributesOf(train: Examples, test: Examples): ExampleSource['attributes'] {
  const [ofTrain, ofTest] = [train.attributes, test.attributes];
  return ofTrain === undefined || ofTest === undefined ? null : { train: ofTrain, test: ofTest };
}

/** Images that stay in their files, whole or in records. Their hash would need what decodes them. */
function fromEncoded({ identity, train, test }: Dataset): ExampleSource {
  const { testLabels: _, decoder: _none, ...shown } = identity;
  const parts: Record<Split, Examples> = { train, test };
  return {
    identity: { ...shown, hash: null },
    labels: { train: train.labels, test: test.labels },
    attributes: attributesOf(train, test),
    image: async (split, index) => {
      const { encoded } = parts[split];
      if (encoded === undefined) throw new Error('Part of the examples is held, part is not.');
      const place = placeOf(encoded, index);
      const bytes = await readPart(place.file, place.offset, place.length);
      if (crc32(bytes) !== place.checksum) {
        throw invalidData(place.file, 'has changed since it was read. Open the data set again.');
      }
      return { kind: 'encoded', mediaType: bytes[0] === 0xff ? 'image/jpeg' : 'image/png', bytes };
    },
  };
}

async function fromFiles(reference: ImageFolderReference): Promise<ExampleSource> {
  const folder = reference.path;
  const { files, images } = await listImageFolder(reference);
  const { height, width, channels } = images.size;
  const hash = createHash('sha256');
  /** SHA-256 of each file, to notice one that changes later. */
  const digests = new Map<string, string>();
  for (const part of [files.train, files.test]) {
    for await (const { image, label } of checkedFiles(part, images)) {
      hashFile(hash, label, image.bytes);
      digests.set(image.file, digestOf(image.bytes));
    }
  }
  const { train, test, classNames } = files;
  const parts: Record<Split, readonly LabelledFile[]> = { train, test };
  return {
    identity: {
      ...{ name: basename(folder), kind: 'image-folder', hash: null, files: hash.digest('hex') },
      ...{ examples: { train: train.length, test: test.length }, classes: classNames.length, classNames },
      attributeNames: null,
      shape: [height, width, channels],
    },
    labels: { train: labelsOf(train), test: labelsOf(test) },
    attributes: null,
    image: async (split, index) => {
      const { bytes, file } = await readImageFile(parts[split][index]?.file ?? folder, images.like === null);
      if (digestOf(bytes) !== digests.get(file)) {
        throw invalidData(file, 'has changed since the folder was read. Open the data set again.');
      }
      const mediaType = bytes[0] === 0xff ? 'image/jpeg' : 'image/png';
      // A plain array: Buffer is not what crosses to a window.
      return { kind: 'encoded', mediaType, bytes: new Uint8Array(bytes) };
    },
  };
}

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64');
