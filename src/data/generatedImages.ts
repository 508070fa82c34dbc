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
/** Many patterns share an image that has attributes, so they are stronger together. */
const partsWithAttributes = { class: 0.5, own: 0.2, noise: 0.3 } as const;

/**
 * Images that are made, not taken: each shows the smooth pattern of its class, shifted, under a pattern of its own and
 * noise. All of it follows from the seed through named streams, by additions and multiplications alone, so it is the
 * same to the last bit on every machine. Classes take turns.
 */
export function generateImages(reference: GeneratedReference): Dataset {
  if (reference.attributes !== undefined) return generateAttributes(reference, reference.attributes);
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
  reference: GeneratedReference,
  split: 'train' | 'test',
  count: number,
  patterns: readonly Float64Array[],
): Examples {
  const { height, width, channels } = reference;
  const labels = Int32Array.from({ length: count }, (_, index) => index % patterns.length);
  const images = draw(reference, split, count, (index) => patterns[labels[index] ?? 0] ?? new Float64Array());
  return { images, labels, shape: [height, width, channels] };
}

/** Shares of the first attributes that are unlike each other, so that subgroups differ in size; the others have a half or less. */
const shares = [0.42, 0.77] as const;
/** The first two are those that subgroups are made of. */
const firstNames = ['Male', 'Young'] as const;

/** Images that have or have not attributes: each shows the patterns of those that it has, one over the other. */
function generateAttributes(reference: GeneratedReference, attributes: number): Dataset {
  const { channels, seed, height, width } = reference;
  const patterns = Array.from({ length: attributes }, (_, attribute) =>
    pattern(RandomStream.named(seed, `attribute/${attribute}`), channels),
  );
  const [train, test] = (['train', 'test'] as const).map((split): Examples => {
    const count = reference[split];
    const owned = new Uint8Array(count * attributes);
    for (let index = 0; index < count; index += 1) {
      const stream = RandomStream.named(seed, `${split}/${index}/attributes`);
      for (let attribute = 0; attribute < attributes; attribute += 1) {
        const share = shares[attribute] ?? 0.5 / (1 + (attribute % 5));
        owned[index * attributes + attribute] = stream.nextFloat() < share ? 1 : 0;
      }
    }
    const images = draw(reference, split, count, (index) =>
      laidOver(
        patterns.filter((_, attribute) => owned[index * attributes + attribute] === 1),
        channels,
      ),
    );
    return { images, labels: new Int32Array(count), attributes: owned, shape: [height, width, channels] };
  });
  if (train === undefined || test === undefined) throw new RangeError('There are two parts.');
  const classNames = Array.from(
    { length: attributes },
    (_, attribute) => firstNames[attribute] ?? `attribute ${attribute}`,
  );
  return makeDataset(
    { name: `Generated, ${attributes} attributes`, kind: 'generated', classNames },
    train,
    test,
  );
}

/** Patterns added to grey, each the weaker the more there are, so that they stay from 0 to 1 as one would. */
function laidOver(patterns: readonly Float64Array[], channels: number): Float64Array {
  const strength = 1 / Math.sqrt(Math.max(1, patterns.length));
  return Float64Array.from({ length: patternSide * patternSide * channels }, (_, place) => {
    const sum = patterns.reduce((total, values) => total + (values[place] ?? 0) - 0.5, 0);
    return Math.min(1, Math.max(0, 0.5 + strength * sum));
  });
}

/** Images of shape [count, height, width, channels]. @param patternOf what an image shows under its own pattern and noise. */
function draw(
  { height, width, channels, seed, attributes }: GeneratedReference,
  split: 'train' | 'test',
  count: number,
  patternOf: (index: number) => Float64Array,
): Uint8Array {
  const share = attributes === undefined ? parts : partsWithAttributes;
  const each = height * width * channels;
  const images = new Uint8Array(count * each);
  for (let index = 0; index < count; index += 1) {
    const ofClass = patternOf(index);
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
            share.class * at(ofClass, y, x, channel, channels) +
            share.own * at(own, y, x, channel, channels) +
            (share.noise * (noise & 0xff)) / 255;
          image[place] = Math.floor(255.999 * value);
          place += 1;
        }
      }
    }
  }
  return images;
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
