import type { Examples } from '../engine/labelledImages.ts';
import { RandomStream } from '../noise/stream.ts';
import type { DatasetReference } from '../study/task.ts';
import { makeDataset, type Dataset } from './identity.ts';

type GeneratedReference = Extract<DatasetReference, { kind: 'generated' }>;

/** Values along a side of a pattern; an image shows three of the four squares between them, from where its shift says. */
const patternSide = 5;
const shownSquares = 3;
/** Parts of a pixel: its class's pattern, a pattern of the image's own, and noise. They make a task that is not trivial. */
const parts = { class: 0.2, own: 0.5, noise: 0.3 } as const;

/**
 * Images that are made, not taken: each shows the smooth pattern of its class, shifted, under a pattern of its own and
 * noise. All of it follows from the seed through named streams, by additions and multiplications alone, so it is the
 * same to the last bit on every machine. Classes take turns.
 */
export function generateImages(reference: GeneratedReference): Dataset {
  const { classes, channels, train: trainCount, test: testCount, seed } = reference;
  const patterns = Array.from({ length: classes }, (_, label) =>
    pattern(RandomStream.named(seed, `class/${label}`), channels),
  );
  const train = generate(reference, 'train', trainCount, patterns);
  const test = generate(reference, 'test', testCount, patterns);
  const classNames = Array.from({ length: classes }, (_, label) => `class ${label}`);
  return makeDataset({ name: `Generated, ${classes} classes`, kind: 'generated', classNames }, train, test);
}

function generate(
  { height, width, channels, seed }: GeneratedReference,
  split: 'train' | 'test',
  count: number,
  patterns: readonly Float64Array[],
): Examples {
  const each = height * width * channels;
  const images = new Uint8Array(count * each);
  const labels = Int32Array.from({ length: count }, (_, index) => index % patterns.length);
  for (let index = 0; index < count; index += 1) {
    const ofClass = patterns[labels[index] ?? 0];
    if (ofClass === undefined) continue;
    const stream = RandomStream.named(seed, `${split}/${index}`);
    const shift = { row: stream.nextFloat(), column: stream.nextFloat() };
    const own = pattern(stream, channels);
    const image = images.subarray(index * each, (index + 1) * each);
    let place = 0;
    let noise = 0;
    for (let row = 0; row < height; row += 1) {
      const y = shift.row + (shownSquares * row) / height;
      for (let column = 0; column < width; column += 1) {
        const x = shift.column + (shownSquares * column) / width;
        for (let channel = 0; channel < channels; channel += 1) {
          noise = place % 4 === 0 ? stream.nextUint32() : noise >>> 8;
          const value =
            parts.class * at(ofClass, y, x, channel, channels) +
            parts.own * at(own, y, x, channel, channels) +
            (parts.noise * (noise & 0xff)) / 255;
          image[place] = Math.floor(255.999 * value);
          place += 1;
        }
      }
    }
  }
  return { images, labels, shape: [height, width, channels] };
}

/** Uniform values in [0, 1) of shape [5, 5, channels]. */
function pattern(stream: RandomStream, channels: number): Float64Array {
  return Float64Array.from({ length: patternSide * patternSide * channels }, () => stream.nextFloat());
}

/** A pattern between its values, bilinearly; `y` and `x` are from 0 to below 4. */
function at(values: Float64Array, y: number, x: number, channel: number, channels: number): number {
  const [top, left] = [Math.floor(y), Math.floor(x)];
  const [down, right] = [y - top, x - left];
  const value = (row: number, column: number): number =>
    values[(row * patternSide + column) * channels + channel] ?? 0;
  const above = value(top, left) * (1 - right) + value(top, left + 1) * right;
  const below = value(top + 1, left) * (1 - right) + value(top + 1, left + 1) * right;
  return above * (1 - down) + below * down;
}
