import { basename } from 'node:path';
import type { Examples } from '../engine/examples.ts';
import { findClassFolders, type LabelledFile } from './classFolders.ts';
import { identify, type Dataset } from './identity.ts';
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

/**
 * A folder of class folders of JPEG or PNG files, or of `train` and `test` folders of class folders. Classes and files
 * come in the order of their names; without a `test` folder a fixed part of each class is kept for testing
 * (testSplit.ts). All images have one size and one number of channels.
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
  const files = await findClassFolders(folder, testFraction);
  const like = await readImageFile(files.train[0]?.file ?? folder);
  const train = await readExamples(files.train, like, decode);
  const test = await readExamples(files.test, like, decode);
  const { classNames } = files;
  const described = { name: basename(folder), kind: 'image-folder', classNames, decoder: decoder ?? null };
  return { identity: identify(described, train, test), train, test, classNames };
}

async function readExamples(
  files: readonly LabelledFile[],
  like: ImageFile,
  decode: ImageDecoder,
): Promise<Examples> {
  const { height, width, channels } = like;
  const each = height * width * channels;
  if (files.length * each > mostBytes) {
    throw invalidData(
      like.file,
      `is one of ${files.length} images of ${sizeText(like)}: more than 2 GiB of pixels. Make the images smaller or fewer.`,
    );
  }
  const images = new Uint8Array(files.length * each);
  for (const [index, { file }] of files.entries()) {
    const image = await readImageFile(file);
    if (image.height !== height || image.width !== width || image.channels !== channels) {
      throw invalidData(
        file,
        `is ${sizeText(image)}, but ${like.file} is ${sizeText(like)}. Bring all images to one size and kind.`,
      );
    }
    images.set(decodePixels(image, decode), index * each);
  }
  return { images, labels: Int32Array.from(files, ({ label }) => label), shape: [height, width, channels] };
}

function sizeText({ height, width, channels }: ImageSize): string {
  return `${width} x ${height} pixels in ${channels === 1 ? 'grey' : 'RGB'}`;
}
