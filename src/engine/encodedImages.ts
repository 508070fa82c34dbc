import { NoisefloorError } from '../study/errors.ts';

/**
 * JPEG or PNG images that stay in their files until a batch needs them: all that a data set of any size has to say.
 * Each image is a run of bytes, a whole file or a part of a record file. Arrays have one entry an example.
 */
export interface EncodedImages {
  readonly files: readonly string[];
  /** Index in `files`. */
  readonly file: Uint32Array;
  /** First byte in the file. */
  readonly offset: Float64Array;
  readonly length: Uint32Array;
  /** CRC-32 of the bytes, which every reading is checked against. */
  readonly checksum: Uint32Array;
  /** [n, 2]: height and width before resizing. */
  readonly sizes: Int32Array;
  /** Whether images are brought to the size of the examples; false where all have it. */
  readonly isResized: boolean;
  /** Whether a grey image stands for one that cannot be decoded; otherwise that is an error. */
  readonly replacesDamaged: boolean;
}

/** Where one encoded image lies, as it crosses to the thread that reads. */
export interface EncodedPlace {
  readonly file: string;
  readonly offset: number;
  readonly length: number;
  readonly checksum: number;
}

/** Where the image of an example lies. */
export function placeOf(images: EncodedImages, index: number): EncodedPlace {
  return {
    file: images.files[images.file[index] ?? 0] ?? '',
    offset: images.offset[index] ?? 0,
    length: images.length[index] ?? 0,
    checksum: images.checksum[index] ?? 0,
  };
}

/** The error for an image that cannot be trained on any more, or never could. */
export function unusableImage(
  place: EncodedPlace,
  example: string,
  problem: string,
  cause?: unknown,
): NoisefloorError {
  const where = place.offset === 0 ? '' : `, ${place.length} bytes from byte ${place.offset}`;
  return new NoisefloorError('dataset-invalid', `${place.file} (${example}${where}) ${problem}`, {
    details: { file: place.file },
    cause,
  });
}
