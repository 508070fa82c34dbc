import type { NoiseShapes, StepNoise } from '../engine/trainingInterface.ts';
import { RandomStream } from '../noise/stream.ts';

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
  const { flip, crop, dropout, window } = shapes;
  return {
    ...(window && { window: drawWords(seeds.augmentation, `inception-crop/${place}`, n) }),
    ...(flip && {
      flip: RandomStream.named(seeds.augmentation, `flip/${place}`).fillUniform(new Float32Array(n)),
    }),
    ...(crop !== null && { crop: drawCrops(seeds.augmentation, place, 2 * crop + 1, n) }),
    ...(dropout.length > 0 && {
      dropout: dropout.map((shape, layer) => {
        const values = shape.reduce((product, size) => product * size, n);
        const stream = RandomStream.named(seeds.dropout, `dropout/${layer}/${place}`);
        return stream.fillUniform(new Float32Array(values));
      }),
    }),
  };
}

/** A word of 32 bits for each example. */
function drawWords(seed: number, name: string, n: number): Int32Array {
  const stream = RandomStream.named(seed, name);
  return new Int32Array(n).map(() => stream.nextUint32());
}

/** Row and column of each example's crop, each below `places`; shape [n, 2]. */
function drawCrops(seed: number, place: string, places: number, n: number): Int32Array {
  const stream = RandomStream.named(seed, `crop/${place}`);
  return new Int32Array(2 * n).map(() => stream.nextInteger(places));
}
