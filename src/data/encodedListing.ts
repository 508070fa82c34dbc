import { crc32 } from 'node:zlib';
import type { EncodedImages } from '../engine/encodedImages.ts';
import type { ImageFile } from './imageFile.ts';

/** An image in its file: the whole of it, or a part of a record file. */
type ListedImage = Pick<ImageFile, 'file' | 'bytes' | 'height' | 'width'> & {
  /** First byte in the file; 0 unless given. */
  readonly offset?: number;
};

/** Collects where encoded images lie, one after the other, as a data set is read through once. */
export class EncodedListing {
  readonly #files: string[] = [];
  readonly #file: Uint32Array;
  readonly #offset: Float64Array;
  readonly #length: Uint32Array;
  readonly #checksum: Uint32Array;
  readonly #sizes: Int32Array;
  #count = 0;

  /** @param count how many images there will be. */
  constructor(count: number) {
    this.#file = new Uint32Array(count);
    this.#offset = new Float64Array(count);
    this.#length = new Uint32Array(count);
    this.#checksum = new Uint32Array(count);
    this.#sizes = new Int32Array(2 * count);
  }

  /** Adds the next image; those of one record file come one after the other. */
  add({ file, bytes, height, width, offset = 0 }: ListedImage): void {
    const at = this.#count++;
    if (this.#files.at(-1) !== file) this.#files.push(file);
    this.#file[at] = this.#files.length - 1;
    this.#offset[at] = offset;
    this.#length[at] = bytes.length;
    this.#checksum[at] = crc32(bytes);
    this.#sizes.set([height, width], 2 * at);
  }

  /** @param isResized whether the images are to be brought to one size. */
  images(isResized: boolean): EncodedImages {
    return {
      files: this.#files,
      file: this.#file,
      offset: this.#offset,
      length: this.#length,
      checksum: this.#checksum,
      sizes: this.#sizes,
      isResized,
    };
  }
}
