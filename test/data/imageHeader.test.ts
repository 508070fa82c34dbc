import { describe, expect, it } from 'vitest';
import { readImageHeader } from '../../src/data/imageHeader.ts';
import { encodePng } from './png.ts';

/** Segments of a JPEG file up to its frame header, as the specification T.81 lays them out. */
function jpegStart(frame: number, height: number, width: number, channels: number): Buffer {
  const comment = [0xff, 0xfe, 0, 4, 1, 2];
  const tables = [0xff, 0xff, 0xc4, 0, 5, 9, 9, 9];
  const size = [height >> 8, height & 255, width >> 8, width & 255];
  return Buffer.from([0xff, 0xd8, ...comment, ...tables, 0xff, frame, 0, 17, 8, ...size, channels, 0, 0]);
}

describe('readImageHeader', () => {
  it.each([1, 2, 3, 4])('reads a PNG of %i channels', (channels) => {
    const png = encodePng(new Uint8Array(6 * channels), 2, 3, channels);
    expect(readImageHeader(png)).toEqual({ height: 2, width: 3, channels });
  });

  it.each([0xc0, 0xc1, 0xc2])(
    'reads a JPEG whose frame is 0x%x, past comments, tables and fill bytes',
    (frame) => {
      expect(readImageHeader(jpegStart(frame, 300, 1000, 3))).toEqual({
        height: 300,
        width: 1000,
        channels: 3,
      });
    },
  );

  it('ends at whatever is not an image, cut off or without size', () => {
    const jpeg = jpegStart(0xc0, 300, 1000, 3);
    const png = encodePng(new Uint8Array(6), 2, 3, 1);
    for (let length = 0; length < 25; length++) {
      expect(readImageHeader(jpeg.subarray(0, length))).toBeNull();
      expect(readImageHeader(png.subarray(0, length))).toBeNull();
    }
    expect(readImageHeader(jpegStart(0xc0, 0, 10, 3))).toBeNull();
    expect(readImageHeader(Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]))).toBeNull();
    expect(readImageHeader(Buffer.from('GIF89a and something more'))).toBeNull();
  });
});
