import { expect, test } from 'vitest';
import { decodeBase64 } from '../../../src/analysis/kernels/base64.ts';

test('every byte, at every length of padding, as Node encodes it', () => {
  for (const length of [0, 1, 2, 3, 255, 256, 257, 258]) {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 7 + length) % 256);
    expect(decodeBase64(Buffer.from(bytes).toString('base64'))).toEqual(bytes);
  }
  const all = Uint8Array.from({ length: 256 }, (_, index) => index);
  expect(decodeBase64(Buffer.from(all).toString('base64'))).toEqual(all);
});
