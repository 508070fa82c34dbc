import { beforeAll, describe, expect, it } from 'vitest';
import { augment, augmentationNeeds } from '../../src/engine/augmentation.ts';
import { loadTensorFlow } from '../../src/engine/runtime.ts';
import { scale } from '../../src/engine/scaling.ts';
import type { TensorFlow } from '../../src/engine/tensorFlow.ts';
import type { Recipe } from '../../src/study/task.ts';
import { hashed } from '../fixtures/engine/syntheticNumbers.ts';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTensorFlow();
});

const [n, height, width, channels] = [5, 4, 6, 2];
const pixels = Float32Array.from(hashed(n * height * width * channels, 1), (h) => h >>> 24);
const flips = Float32Array.of(0, 0.49, 0.5, 0.99, 0.2);
const offsets = Int32Array.of(0, 0, 4, 4, 2, 2, 1, 3, 3, 0);
const padding = 2;

/** The pixel of example `i` in row `y`, column `x`; 0 outside. */
function pixel(i: number, y: number, x: number, c: number): number {
  const inside = y >= 0 && y < height && x >= 0 && x < width;
  return inside ? (pixels[((i * height + y) * width + x) * channels + c] ?? Number.NaN) : 0;
}

function images(value: (i: number, y: number, x: number, c: number) => number): number[] {
  const all: number[] = [];
  for (let i = 0; i < n; i += 1)
    for (let y = 0; y < height; y += 1)
      for (let x = 0; x < width; x += 1) for (let c = 0; c < channels; c += 1) all.push(value(i, y, x, c));
  return all;
}

function augmented(augmentation: Recipe['augmentation']): number[] {
  return tf.tidy(() => {
    const numbers = { flip: tf.tensor1d(flips), crop: tf.tensor2d(offsets, [n, 2], 'int32') };
    return [
      ...augment(tf, tf.tensor4d(pixels, [n, height, width, channels]), augmentation, numbers).dataSync(),
    ];
  });
}

const mirrors = (i: number): boolean => (flips[i] ?? 1) < 0.5;
const top = (i: number): number => (offsets[2 * i] ?? 0) - padding;
const left = (i: number): number => (offsets[2 * i + 1] ?? 0) - padding;

describe('augment', () => {
  it('mirrors the examples whose number is below one half', () => {
    expect(augmented([{ kind: 'flip' }])).toEqual(
      images((i, y, x, c) => pixel(i, y, mirrors(i) ? width - 1 - x : x, c)),
    );
  });

  it('pads with zeros and crops each example at its own place', () => {
    expect(augmented([{ kind: 'pad-crop', padding }])).toEqual(
      images((i, y, x, c) => pixel(i, y + top(i), x + left(i), c)),
    );
  });

  it('goes in the order of the recipe', () => {
    expect(augmented([{ kind: 'pad-crop', padding }, { kind: 'flip' }])).toEqual(
      images((i, y, x, c) => pixel(i, y + top(i), (mirrors(i) ? width - 1 - x : x) + left(i), c)),
    );
    expect(augmented([{ kind: 'flip' }, { kind: 'pad-crop', padding }])).toEqual(
      images((i, y, x, c) => {
        const column = x + left(i);
        return pixel(i, y + top(i), mirrors(i) ? width - 1 - column : column, c);
      }),
    );
  });

  it('says what a recipe needs, and refuses one kind twice', () => {
    expect(augmentationNeeds([])).toEqual({ flip: false, crop: null });
    expect(augmentationNeeds([{ kind: 'flip' }, { kind: 'pad-crop', padding: 4 }])).toEqual({
      flip: true,
      crop: 4,
    });
    expect(() => augmentationNeeds([{ kind: 'flip' }, { kind: 'flip' }])).toThrow(/"flip" twice/);
  });
});

describe('scale', () => {
  const scaled = (values: Float32Array, scaling: Recipe['scaling']): Float32Array =>
    tf.tidy(
      () => scale(tf, tf.tensor4d(values, [n, height, width, channels]), scaling).dataSync() as Float32Array,
    );

  it('divides by 255 exactly, or not at all', () => {
    expect(scaled(pixels, 'unit')).toEqual(pixels.map((value) => value / 255));
    expect(scaled(pixels, 'none')).toEqual(pixels);
  });

  it('standardises by the colours of ImageNet, and refuses grey images', () => {
    // (value / 255 - 0.485) / 0.229 and so on, in Python: 0 -> -2.117904, 128 -> 0.205182, 255 -> 2.640000.
    const image = Float32Array.of(0, 128, 255);
    const result = tf.tidy(() => scale(tf, tf.tensor4d(image, [1, 1, 1, 3]), 'imagenet').dataSync());
    expect(result[0]).toBeCloseTo(-2.117904, 5);
    expect(result[1]).toBeCloseTo(0.205182, 5);
    expect(result[2]).toBeCloseTo(2.64, 5);
    expect(() => tf.tidy(() => scale(tf, tf.tensor4d([1], [1, 1, 1, 1]), 'imagenet'))).toThrow(
      /red, green and blue/,
    );
  });

  it('standardises each image by itself, and leaves one of a single colour at zero', () => {
    const size = height * width * channels;
    const values = pixels.map((value, place) => (place < size ? 7 : value));
    const result = scaled(values, 'standardise');
    for (let i = 0; i < n; i += 1) {
      const image = Array.from(values.slice(i * size, (i + 1) * size));
      const mean = image.reduce((sum, value) => sum + value, 0) / size;
      const deviation = Math.sqrt(image.reduce((sum, value) => sum + (value - mean) ** 2, 0) / size);
      image.forEach((value, place) => {
        const expected = (value - mean) / Math.max(deviation, 1 / Math.sqrt(size));
        expect(result[i * size + place]).toBeCloseTo(expected, 5);
      });
    }
  });
});
