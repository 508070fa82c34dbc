import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { bindingOf } from '../../src/engine/binding.ts';
import { decodeImage, decoderIdentity } from '../../src/engine/decode.ts';
import { loadTensorFlow } from '../../src/engine/runtime.ts';
import type { TensorFlow } from '../../src/engine/tensorFlow.ts';

/** Written by makeImages.py: files with the pixels that Pillow (libjpeg, accurate integer DCT) decodes them to. */
const images = (
  JSON.parse(readFileSync(new URL('../fixtures/engine/images.json', import.meta.url), 'utf8')) as {
    name: string;
    channels: 1 | 3;
    shape: [number, number];
    file: string;
    pixels: string;
  }[]
).map((image) => ({
  ...image,
  file: new Uint8Array(Buffer.from(image.file, 'base64')),
  pixels: new Uint8Array(Buffer.from(image.pixels, 'base64')),
}));

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTensorFlow();
});

describe('decodeImage', () => {
  it.each(images)('decodes a $name to the same pixels as Pillow', ({ file, channels, shape, pixels }) => {
    const decoded = decodeImage(file, channels);
    expect(decoded).toEqual({ pixels, height: shape[0], width: shape[1], channels });
  });

  it('turns grey into colour', () => {
    const grey = images.find(({ name }) => name === 'grey PNG');
    const decoded = decodeImage(grey?.file ?? new Uint8Array(), 3);
    expect(decoded.pixels.filter((_, place) => place % 3 === 1)).toEqual(grey?.pixels);
  });

  it.each(images)('refuses a truncated or damaged $name', ({ file, channels }) => {
    expect(() => decodeImage(file.slice(0, file.length / 2), channels)).toThrow(/cannot be decoded/);
    expect(() => decodeImage(file.slice(0, 4), channels)).toThrow(
      expect.objectContaining({ name: 'NoisefloorError', code: 'image-invalid' }),
    );
  });

  it('refuses what is neither a JPEG nor a PNG file', () => {
    expect(() => decodeImage(new Uint8Array(), 3)).toThrow(/neither a JPEG nor a PNG/);
    expect(() => decodeImage(new TextEncoder().encode('GIF89a, or so'), 3)).toThrow(
      /neither a JPEG nor a PNG/,
    );
  });

  it('keeps nothing of the images', () => {
    const before = [tf.memory().numTensors, bindingOf(tf).getNumOfTensors()];
    for (const { file, channels } of images) {
      decodeImage(file, channels);
      expect(() => decodeImage(file.slice(0, 9), channels)).toThrow();
    }
    expect([tf.memory().numTensors, bindingOf(tf).getNumOfTensors()]).toEqual(before);
  });

  it('names the way of decoding', () => {
    expect(decoderIdentity()).toBe('TensorFlow 2.21.0 DecodeJpeg INTEGER_ACCURATE');
  });
});
