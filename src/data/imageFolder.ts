import { createHash, type Hash } from 'node:crypto';
import { basename } from 'node:path';
import type { Examples } from '../engine/labelledImages.ts';
import { findClassFolders, type ClassFolders, type LabelledFile } from './classFolders.ts';
import { makeDataset, type Dataset } from './identity.ts';
import {
  decodePixels,
  readImageFile,
  type ImageDecoder,
  type ImageFile,
  type ImageSize,
} from './imageFile.ts';
import { invalidData } from './invalid.ts';

/** The most that a replicate's process can be asked to hold. */
const mostBytes = 2 ** 31;
/** Files that are read ahead of the one at hand. */
const filesAtOnce = 32;

/** The image files of a folder, listed but not decoded. */
export interface ImageFolder {
  readonly files: ClassFolders;
  /** The first file: all are of its size and kind. */
  readonly like: ImageFile;
}

/**
 * Lists a folder of class folders of JPEG or PNG files, or of `train` and `test` folders of class folders. Classes and
 * files come in the order of their names; without a `test` folder a fixed part of each class is kept for testing
 * (testSplit.ts).
 * @throws NoisefloorError `dataset-invalid`
 */
export async function listImageFolder(folder: string, testFraction: number): Promise<ImageFolder> {
  const files = await findClassFolders(folder, testFraction);
  return { files, like: await readImageFile(files.train[0]?.file ?? folder) };
}

/**
 * Loads a folder of image files. All images have one size and one number of channels.
 * @throws NoisefloorError `dataset-invalid`
 */
export async function loadImageFolder(
  folder: string,
  testFraction: number,
  options: { decode?: ImageDecoder; decoder?: string },
): Promise<Dataset> {
  const { decode, decoder } = options;
  if (decode === undefined)
    throw invalidData(folder, 'holds image files, and nothing was given to decode them.');
  const { files, like } = await listImageFolder(folder, testFraction);
  const hash = createHash('sha256');
  const train = await readExamples(files.train, like, hash, decode);
  const test = await readExamples(files.test, like, hash, decode);
  const described = {
    ...{ name: basename(folder), kind: 'image-folder', classNames: files.classNames },
    ...{ decoder: decoder ?? null, files: hash.digest('hex') },
  };
  return makeDataset(described, train, test);
}

async function readExamples(
  files: readonly LabelledFile[],
  like: ImageFile,
  hash: Hash,
  decode: ImageDecoder,
): Promise<Examples> {
  const { height, width, channels } = like;
  const each = height * width * channels;
  const images = new Uint8Array(bytesOfPixels(files.length, like));
  let index = 0;
  for await (const { image, label } of checkedFiles(files, like)) {
    hashFile(hash, label, image.bytes);
    images.set(decodePixels(image, decode), index * each);
    index += 1;
  }
  return { images, labels: labelsOf(files), shape: [height, width, channels] };
}

/**
 * Reads image files in their order, some ahead.
 * @throws NoisefloorError `dataset-invalid` where one cannot be read, or is of another size or kind than `like`.
 */
export async function* checkedFiles(
  files: readonly LabelledFile[],
  like: ImageFile,
): AsyncGenerator<{ image: ImageFile; label: number }> {
  bytesOfPixels(files.length, like);
  for (let from = 0; from < files.length; from += filesAtOnce) {
    const some = files.slice(from, from + filesAtOnce);
    const images = await Promise.all(some.map(({ file }) => readImageFile(file)));
    for (const [position, { file, label }] of some.entries()) {
      const image = images[position];
      if (image === undefined) continue;
      if (image.height !== like.height || image.width !== like.width || image.channels !== like.channels) {
        throw invalidData(
          file,
          `is ${sizeText(image)}, but ${like.file} is ${sizeText(like)}. Bring all images to one size and kind.`,
        );
      }
      yield { image, label };
    }
  }
}

/** Takes a file of a class into the hash of all files ({@link DatasetIdentity.files}). */
export function hashFile(hash: Hash, label: number, bytes: Uint8Array): void {
  hash.update(`${label} ${bytes.length}\n`);
  hash.update(bytes);
}

export const labelsOf = (files: readonly LabelledFile[]): Int32Array =>
  Int32Array.from(files, ({ label }) => label);

function bytesOfPixels(count: number, like: ImageFile): number {
  const bytes = count * like.height * like.width * like.channels;
  if (bytes <= mostBytes) return bytes;
  throw invalidData(
    like.file,
    `is one of ${count} images of ${sizeText(like)}: more than 2 GiB of pixels. Make the images smaller or fewer.`,
  );
}

function sizeText({ height, width, channels }: ImageSize): string {
  return `${width} x ${height} pixels in ${channels === 1 ? 'grey' : 'RGB'}`;
}
