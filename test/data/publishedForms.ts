import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';

interface Published {
  numpy: string;
  files: Record<string, string>;
  expected: {
    'cifar-10': Record<'train' | 'test', Digest & { labels: number[] }>;
    'cifar-100': Record<'train' | 'test', Digest & { fine: number[]; coarse: number[] }>;
    npz: Record<'train' | 'test', { images: number[]; labels: number[]; shape: number[] }>;
  };
}

export interface Digest {
  /** Of each image, channels last: the sum of its values times their places modulo 251. */
  weighted: number[];
  first: number[][];
}

const { files, expected } = JSON.parse(
  readFileSync(new URL('../fixtures/data/tinyCifar.json', import.meta.url), 'utf8'),
) as Published;

/** What NumPy and pickle wrote and read: test/fixtures/data/tinyCifar.py. */
export const expectedOf = expected;

/** The files under a folder, by their names in it. */
export function publishedFiles(folder: string): Record<string, Uint8Array> {
  const inside = Object.entries(files).filter(([name]) => name.startsWith(`${folder}/`));
  return Object.fromEntries(inside.map(([name, text]) => [name.slice(folder.length + 1), contentOf(text)]));
}

/** One file by its name. */
export function publishedFile(name: string): Uint8Array {
  return contentOf(files[name] ?? '');
}

const contentOf = (text: string): Uint8Array => new Uint8Array(inflateSync(Buffer.from(text, 'base64')));

/** The digest of images that were read here. */
export function digestOf(images: Uint8Array, each: number): Digest {
  const count = images.length / each;
  const valuesOf = (index: number): number[] => [...images.subarray(index * each, (index + 1) * each)];
  return {
    weighted: Array.from({ length: count }, (_, index) =>
      valuesOf(index).reduce((sum, value, place) => sum + value * ((place + 1) % 251), 0),
    ),
    first: Array.from({ length: count }, (_, index) => valuesOf(index).slice(0, 6)),
  };
}
