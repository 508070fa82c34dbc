import type { EncodedImages } from './encodedImages.ts';

/** Labelled images. */
export interface Examples {
  /** n * height * width * channels values, 0 to 255, channels last; empty where the images stay encoded. */
  readonly images: Uint8Array;
  /** Whether held images were brought to one size; what they were is gone then. */
  readonly isResized?: boolean;
  /** Held images that could not be decoded, with the reason: a grey one stands for each. */
  readonly replaced?: readonly string[];
  /** Where the images lie, if they are read and decoded batch by batch instead of being held. */
  readonly encoded?: EncodedImages;
  /** n class indices, from 0; zeros where the examples have attributes. */
  readonly labels: Int32Array;
  /** n * attributes values, 1 where the example has the attribute and 0 where not, instead of a class. */
  readonly attributes?: Uint8Array;
  /** [height, width, channels]; of encoded images, after resizing. */
  readonly shape: readonly [number, number, number];
}
