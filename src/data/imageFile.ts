import { readFile } from 'node:fs/promises';
import { invalidData, systemReason } from './invalid.ts';

export interface DecodedImage {
  /** Shape [height, width, channels], values 0 to 255. */
  pixels: Uint8Array;
  height: number;
  width: number;
  channels: number;
}

/** Decodes the bytes of a JPEG or PNG file; throws where they are none. */
export type ImageDecoder = (bytes: Uint8Array) => DecodedImage;

const jpegStart = [0xff, 0xd8, 0xff];
const pngStart = [0x89, 0x50, 0x4e, 0x47];

/**
 * Reads and decodes a file.
 * @throws NoisefloorError `dataset-invalid` where it is empty, unreadable, damaged, neither JPEG nor PNG, or has channels
 *   other than grey or red, green and blue.
 */
export async function readImage(file: string, decode: ImageDecoder): Promise<DecodedImage> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw invalidData(file, `${systemReason(error)}.`, error);
  }
  if (bytes.length === 0) throw invalidData(file, 'is empty. Replace or remove it.');
  const beginsWith = (start: readonly number[]): boolean => start.every((byte, at) => bytes[at] === byte);
  if (!beginsWith(jpegStart) && !beginsWith(pngStart)) {
    throw invalidData(file, 'is neither JPEG nor PNG, whatever its name says. Convert or remove it.');
  }
  let image: DecodedImage;
  try {
    image = decode(bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw invalidData(
      file,
      `cannot be decoded; it is damaged or cut off (${reason}). Replace or remove it.`,
      error,
    );
  }
  if (image.channels !== 1 && image.channels !== 3) {
    throw invalidData(
      file,
      `has ${image.channels} channels. Convert it to grey or to RGB without transparency.`,
    );
  }
  return image;
}
