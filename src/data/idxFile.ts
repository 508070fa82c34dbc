import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { invalidData } from './invalid.ts';
import { readWhole } from './readWhole.ts';

/**
 * IDX, the format of LeCun's MNIST files: two zero bytes, a type (8 is unsigned byte), the number of dimensions, each
 * size as a big-endian 32-bit integer, then the values.
 */
const unsignedByte = 8;
/** More than any IDX file of images that a replicate could hold; stops a gzip bomb. */
const mostBytes = 2 ** 30;

const inflate = promisify(gunzip);

interface IdxFile {
  sizes: number[];
  values: Uint8Array;
}

/**
 * Grey images of an IDX file, gzipped or not.
 * @returns `images` of shape [n, height, width, 1].
 * @throws NoisefloorError `dataset-invalid`
 */
export async function readIdxImages(
  file: string,
): Promise<{ images: Uint8Array; count: number; height: number; width: number }> {
  const { sizes, values } = await readIdx(file, 3, 'images');
  const [count = 0, height = 0, width = 0] = sizes;
  if (height === 0 || width === 0) throw invalidData(file, `holds images of ${height} x ${width} pixels.`);
  return { images: values, count, height, width };
}

/**
 * Labels of an IDX file, gzipped or not.
 * @returns shape [n].
 * @throws NoisefloorError `dataset-invalid`
 */
export async function readIdxLabels(file: string): Promise<Uint8Array> {
  return (await readIdx(file, 1, 'labels')).values;
}

async function readIdx(file: string, dimensions: number, what: string): Promise<IdxFile> {
  const bytes = await unpacked(file);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const expected = `an IDX file of ${what} (it begins with the bytes 0 0 ${unsignedByte} ${dimensions})`;
  if (bytes.length < 4 || view.getUint16(0) !== 0) throw invalidData(file, `is not ${expected}.`);
  if (bytes[2] !== unsignedByte || bytes[3] !== dimensions) {
    const found = `type ${bytes[2] ?? 0} and ${bytes[3] ?? 0} dimensions`;
    throw invalidData(file, `is an IDX file of ${found}, not ${expected}. Are images and labels swapped?`);
  }
  const header = 4 + 4 * dimensions;
  if (bytes.length < header) throw invalidData(file, 'ends inside its header. Fetch it again.');
  const sizes = Array.from({ length: dimensions }, (_, index) => view.getUint32(4 + 4 * index));
  const values = sizes.reduce((product, size) => product * size, 1);
  if (bytes.length - header !== values) {
    const state = bytes.length - header < values ? 'is truncated' : 'is longer than it says';
    throw invalidData(
      file,
      `${state}: ${sizes.join(' x ')} values are announced, ${bytes.length - header} are there. Fetch it again.`,
    );
  }
  if (sizes[0] === 0) throw invalidData(file, `is empty: it holds no ${what}.`);
  // A plain array on the same memory: Buffer's own slice would not copy.
  return { sizes, values: new Uint8Array(bytes.buffer, bytes.byteOffset + header, values) };
}

async function unpacked(file: string): Promise<Uint8Array> {
  const bytes = await readWhole(file);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
    if (file.endsWith('.gz')) throw invalidData(file, 'is not a gzip file, whatever its name says.');
    return bytes;
  }
  try {
    return await inflate(bytes, { maxOutputLength: mostBytes });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw invalidData(
      file,
      `cannot be unpacked (${reason}). It is damaged or cut off: fetch it again.`,
      error,
    );
  }
}
