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
  readonly #file: number[] = [];
  readonly #offset: number[] = [];
  readonly #length: number[] = [];
  readonly #checksum: number[] = [];
  readonly #sizes: number[] = [];

  /** Adds the next image; those of one record file come one after the other. */
  add({ file, bytes, height, width, offset = 0 }: ListedImage): void {
    if (this.#files.at(-1) !== file) this.#files.push(file);
    this.#file.push(this.#files.length - 1);
    this.#offset.push(offset);
    this.#length.push(bytes.length);
    this.#checksum.push(crc32(bytes));
    this.#sizes.push(height, width);
  }

  /**
   * @param isResized whether the images are to be brought to one size.
   * @param damaged what becomes of those that cannot be decoded.
   */
  images(isResized: boolean, damaged: 'refuse' | 'grey' = 'refuse'): EncodedImages {
    return {
      files: this.#files,
      file: Uint32Array.from(this.#file),
      offset: Float64Array.from(this.#offset),
      length: Uint32Array.from(this.#length),
      checksum: Uint32Array.from(this.#checksum),
      sizes: Int32Array.from(this.#sizes),
      isResized,
      replacesDamaged: damaged === 'grey',
    };
  }
}
