import { readImageHeader } from './imageHeader.ts';
import { invalidData } from './invalid.ts';
import { readWhole } from './readWhole.ts';

/** Size and kind of images. */
export interface ImageSize {
  height: number;
  width: number;
  channels: 1 | 3;
}

export interface DecodedImage {
  /** Shape [height, width, channels], values 0 to 255. */
  readonly pixels: Uint8Array;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/**
 * Decodes the bytes of a JPEG or PNG file to grey (1 channel) or RGB (3), and resizes them where a size is given;
 * throws where they are damaged.
 */
export type ImageDecoder = (
  bytes: Uint8Array,
  channels: 1 | 3,
  size?: { readonly height: number; readonly width: number },
) => DecodedImage;

/** An image file that has been read but not decoded. */
export interface ImageFile extends ImageSize {
  file: string;
  bytes: Uint8Array;
}

/**
 * Reads a file and its header.
 * @param anyKind whether images of any channels will do, because all are brought to RGB.
 * @throws NoisefloorError `dataset-invalid` where it is empty, unreadable, neither JPEG nor PNG, or has channels other
 *   than grey or red, green and blue.
 */
export async function readImageFile(file: string, anyKind = false): Promise<ImageFile> {
  const bytes = await readWhole(file);
  if (bytes.length === 0) throw invalidData(file, 'is empty. Replace or remove it.');
  const header = readImageHeader(bytes);
  if (header === null) {
    throw invalidData(file, 'is neither a JPEG nor a PNG image, or ends too early. Replace or remove it.');
  }
  const { height, width } = header;
  const channels = anyKind ? 3 : header.channels;
  if (channels !== 1 && channels !== 3) {
    throw invalidData(file, `has ${channels} channels. Convert it to grey or to RGB without transparency.`);
  }
  return { file, bytes, height, width, channels };
}

/**
 * @returns shape [height, width, channels], values 0 to 255.
 * @throws NoisefloorError `dataset-invalid` where the file is damaged.
 */
export function decodePixels(
  image: ImageFile,
  decode: ImageDecoder,
  size?: { readonly height: number; readonly width: number },
): Uint8Array {
  const { file, bytes, channels } = image;
  const { height, width } = size ?? image;
  let decoded: DecodedImage;
  try {
    decoded = decode(bytes, channels, size);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw invalidData(
      file,
      `cannot be decoded. Replace or remove it, or let task.dataset.damaged be grey. ${reason}`,
      error,
    );
  }
  if (decoded.pixels.length !== height * width * channels) {
    throw invalidData(
      file,
      `does not decode to the ${width} x ${height} pixels it announces. Replace or remove it.`,
    );
  }
  return decoded.pixels;
}
