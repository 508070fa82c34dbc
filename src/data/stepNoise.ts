import { RandomStream } from '../noise/stream.ts';

/** What a step's augmentation and dropout have to be fed. */
export interface NoiseShapes {
  /** Whether images are mirrored at random. */
  readonly flip: boolean;
  /** Padding of a random crop in pixels, or null. */
  readonly crop: number | null;
  /** The shape of one example at each dropout layer, without the batch. */
  readonly dropout: readonly (readonly number[])[];
}

/** The random numbers of one step, one row an example. */
export interface StepNoise {
  /** Uniform in [0, 1), shape [n]. */
  flip?: Float32Array;
  /** Row and column at which the padded image is cropped, each from 0 to twice the padding; shape [n, 2]. */
  crop?: Int32Array;
  /** Uniform in [0, 1), one array of shape [n, ...] for each dropout layer. */
  dropout?: Float32Array[];
}

/**
 * Draws what a step needs. Every kind of number has a stream of its own, named after the epoch and the step, so that the
 * numbers of a step depend neither on the steps before it nor on what else the task draws.
 * @param step within the epoch, from 0.
 * @param n examples in the batch.
 */
export function drawStepNoise(
  shapes: NoiseShapes,
  seeds: { readonly augmentation: number; readonly dropout: number },
  epoch: number,
  step: number,
  n: number,
): StepNoise {
  const place = `${epoch}/${step}`;
  const noise: StepNoise = {};
  if (shapes.flip) {
    noise.flip = RandomStream.named(seeds.augmentation, `flip/${place}`).fillUniform(new Float32Array(n));
  }
  if (shapes.crop !== null) {
    const stream = RandomStream.named(seeds.augmentation, `crop/${place}`);
    const places = 2 * shapes.crop + 1;
    noise.crop = new Int32Array(2 * n).map(() => stream.nextInteger(places));
  }
  if (shapes.dropout.length > 0) {
    noise.dropout = shapes.dropout.map((shape, layer) => {
      const values = shape.reduce((product, size) => product * size, n);
      const stream = RandomStream.named(seeds.dropout, `dropout/${layer}/${place}`);
      return stream.fillUniform(new Float32Array(values));
    });
  }
  return noise;
}
