/** Labelled images. */
export interface Examples {
  /** n * height * width * channels values, 0 to 255, channels last. */
  readonly images: Uint8Array;
  /** n class indices, from 0. */
  readonly labels: Int32Array;
  /** [height, width, channels] */
  readonly shape: readonly [number, number, number];
}
