import { crc32, deflateSync, inflateSync } from 'node:zlib';
import type { DecodedImage } from '../../src/data/imageFile.ts';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const colourTypes: Readonly<Record<number, number>> = { 1: 0, 2: 4, 3: 2, 4: 6 };

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** A PNG file of 8-bit pixels [height, width, channels], rows unfiltered. */
export function encodePng(pixels: Uint8Array, height: number, width: number, channels: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  header[9] = colourTypes[channels] ?? 0;
  const row = width * channels;
  const rows = Array.from({ length: height }, (_, y) =>
    Buffer.concat([Buffer.from([0]), pixels.subarray(y * row, (y + 1) * row)]),
  );
  const data = deflateSync(Buffer.concat(rows));
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Decodes what {@link encodePng} has written. */
export function decodePng(bytes: Uint8Array, channels: number): DecodedImage {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const data = inflateSync(bytes.subarray(41, 41 + view.getUint32(33)));
  const row = width * channels;
  const pixels = new Uint8Array(height * row);
  for (let y = 0; y < height; y++) pixels.set(data.subarray(y * (row + 1) + 1, (y + 1) * (row + 1)), y * row);
  return { pixels, height, width, channels };
}

/** A plain PNG of one grey level. */
export const greyPng = (level: number, height = 4, width = 4): Buffer =>
  encodePng(new Uint8Array(height * width).fill(level), height, width, 1);
