/** Labelled images. */
export interface Examples {
  /** n * height * width * channels values, 0 to 255, channels last. */
  readonly images: Uint8Array;
  /** n class indices, from 0; zeros where the examples have attributes. */
  readonly labels: Int32Array;
  /** n * attributes values, 1 where the example has the attribute and 0 where not, instead of a class. */
  readonly attributes?: Uint8Array;
  /** [height, width, channels] */
  readonly shape: readonly [number, number, number];
}
