import { createHash, type Hash } from 'node:crypto';
import { basename } from 'node:path';
import type { Examples } from '../engine/labelledImages.ts';
import { standInGrey } from '../engine/standIns.ts';
import { NoisefloorError } from '../study/errors.ts';
import type { DatasetReference } from '../study/task.ts';
import { findClassFolders, type ClassFolders, type LabelledFile } from './classFolders.ts';
import { EncodedListing } from './encodedListing.ts';
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

/** A study's image folder, as its file says it. */
export type ImageFolderReference = Omit<Extract<DatasetReference, { kind: 'image-folder' }>, 'kind'>;

/** The image files of a folder, listed but not decoded. */
export interface ImageFolder {
  readonly files: ClassFolders;
  readonly images: ImageKind;
}

/** What the images of a folder have in common. */
export interface ImageKind {
  /** Their size and kind as a network sees them. */
  readonly size: ImageSize;
  /** The first file, which all are like; null where they may differ, because they are resized. */
  readonly like: ImageFile | null;
}

/**
 * Lists a folder of class folders of JPEG or PNG files, or of `train` and `test` folders of class folders. Classes and
 * files come in the order of their names; without a `test` folder a fixed part of each class is kept for testing
 * (testSplit.ts).
 * @throws NoisefloorError `dataset-invalid`
 */
export async function listImageFolder(
  { path, testFraction, resize }: ImageFolderReference,
  testFolders?: readonly string[],
): Promise<ImageFolder> {
  const files = await findClassFolders(path, testFraction, testFolders);
  if (resize !== undefined) return { files, images: { size: { ...resize, channels: 3 }, like: null } };
  const like = await readImageFile(files.train[0]?.file ?? path);
  return { files, images: { size: like, like } };
}

/**
 * Loads a folder of image files. Without `resize` all images have one size and one number of channels. Where they are
 * streamed nothing is decoded yet.
 * @param given what the data set is known as, and what the folder for testing may be called; `test` unless given.
 * @throws NoisefloorError `dataset-invalid`
 */
export async function loadImageFolder(
  reference: ImageFolderReference,
  options: { decode?: ImageDecoder; decoder?: string },
  given: { kind?: string; testFolders?: readonly string[] } = {},
): Promise<Dataset> {
  const { kind = 'image-folder', testFolders } = given;
  const { path } = reference;
  const listed = await listImageFolder(reference, testFolders);
  const { train, test, files } = await readListed(listed, reference, options);
  const described = {
    ...{ name: basename(path), kind, classNames: listed.files.classNames },
    ...{ decoder: options.decoder ?? null, files },
  };
  return makeDataset(described, train, test);
}

/**
 * Reads the images of a listing, and decodes them unless they are streamed.
 * @param reference where it was listed, and whether it is to be streamed; unless that is said, what fits is held.
 * @returns both parts, and the SHA-256 of all files with their labels.
 * @throws NoisefloorError `dataset-invalid`
 */
export async function readListed(
  { files, images }: ImageFolder,
  { path, streamed, damaged }: Pick<ImageFolderReference, 'path' | 'streamed' | 'damaged'>,
  { decode }: { decode?: ImageDecoder },
): Promise<{ train: Examples; test: Examples; files: string }> {
  const hash = createHash('sha256');
  const isStreamed = streamed ?? !fits(files, images.size);
  if (decode === undefined && !isStreamed)
    throw invalidData(path, 'holds image files, and nothing was given to decode them.');
  const read = (part: readonly LabelledFile[]): Promise<Examples> =>
    decode === undefined || isStreamed
      ? readEncoded(part, images, { hash, damaged })
      : readExamples(part, images, { hash, damaged, decode });
  const train = await read(files.train);
  const test = await read(files.test);
  return { train, test, files: hash.digest('hex') };
}

/** What reading takes the files into, and what becomes of those that cannot be decoded. */
interface Reading {
  readonly hash: Hash;
  readonly damaged: ImageFolderReference['damaged'];
}

async function readExamples(
  files: readonly LabelledFile[],
  kind: ImageKind,
  { hash, damaged, decode }: Reading & { decode: ImageDecoder },
): Promise<Examples> {
  const { height, width, channels } = kind.size;
  const each = height * width * channels;
  const images = new Uint8Array(bytesOfPixels(files, kind.size));
  const size = kind.like === null ? kind.size : undefined;
  const replaced: string[] = [];
  let index = 0;
  for await (const { image, label } of checkedFiles(files, kind)) {
    hashFile(hash, label, image.bytes);
    try {
      images.set(decodePixels(image, decode, size), index * each);
    } catch (error) {
      if (damaged !== 'grey' || !(error instanceof NoisefloorError)) throw error;
      images.fill(standInGrey, index * each, (index + 1) * each);
      replaced.push(`${image.file} cannot be decoded; a grey image stands for it.`);
    }
    index += 1;
  }
  return {
    images,
    labels: labelsOf(files),
    shape: [height, width, channels],
    ...(size !== undefined && { isResized: true }),
    ...(replaced.length > 0 && { replaced }),
  };
}

/** Reads all files once, for what they are and where; they are decoded when a batch needs them. */
async function readEncoded(
  files: readonly LabelledFile[],
  kind: ImageKind,
  { hash, damaged }: Reading,
): Promise<Examples> {
  const { height, width, channels } = kind.size;
  const listing = new EncodedListing();
  for await (const { image, label } of checkedFiles(files, kind)) {
    hashFile(hash, label, image.bytes);
    listing.add(image);
  }
  return {
    images: new Uint8Array(),
    encoded: listing.images(kind.like === null, damaged),
    labels: labelsOf(files),
    shape: [height, width, channels],
  };
}

/**
 * Reads image files in their order, some ahead.
 * @throws NoisefloorError `dataset-invalid` where one cannot be read, or is of another size or kind than it must be.
 */
export async function* checkedFiles(
  files: readonly LabelledFile[],
  { like }: ImageKind,
): AsyncGenerator<{ image: ImageFile; label: number }> {
  for (let from = 0; from < files.length; from += filesAtOnce) {
    const some = files.slice(from, from + filesAtOnce);
    const images = await Promise.all(some.map(({ file }) => readImageFile(file, like === null)));
    for (const [position, { file, label }] of some.entries()) {
      const image = images[position];
      if (image === undefined) continue;
      if (like !== null && !isLike(image, like)) {
        throw invalidData(
          file,
          `is ${sizeText(image)}, but ${like.file} is ${sizeText(like)}. Bring all images to one size and kind, or let task.dataset.resize do it.`,
        );
      }
      yield { image, label };
    }
  }
}

const isLike = (image: ImageSize, like: ImageSize): boolean =>
  image.height === like.height && image.width === like.width && image.channels === like.channels;

/** Takes a file of a class into the hash of all files ({@link DatasetIdentity.files}). */
export function hashFile(hash: Hash, label: number, bytes: Uint8Array): void {
  hash.update(`${label} ${bytes.length}\n`);
  hash.update(bytes);
}

export const labelsOf = (files: readonly LabelledFile[]): Int32Array =>
  Int32Array.from(files, ({ label }) => label);

const pixelBytes = (files: readonly LabelledFile[], { height, width, channels }: ImageSize): number =>
  files.length * height * width * channels;

/** Whether the pixels of both parts together can be held. */
function fits({ train, test }: ClassFolders, size: ImageSize): boolean {
  return pixelBytes(train, size) + pixelBytes(test, size) <= mostBytes;
}

function bytesOfPixels(files: readonly LabelledFile[], size: ImageSize): number {
  const bytes = pixelBytes(files, size);
  if (bytes <= mostBytes) return bytes;
  throw invalidData(
    files[0]?.file ?? '',
    `is one of ${files.length} images of ${sizeText(size)}: more than 2 GiB of pixels. Leave task.dataset.streamed out, or make it true.`,
  );
}

function sizeText({ height, width, channels }: ImageSize): string {
  return `${width} x ${height} pixels in ${channels === 1 ? 'grey' : 'RGB'}`;
}
