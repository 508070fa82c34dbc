import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { NoisefloorError } from '../../src/study/errors.ts';
import { decodeSafetensors, encodeSafetensors } from '../../src/results/safetensors.ts';
import { buildTensors } from '../fixtures/results/resultFolder.ts';

const reference = path.join(import.meta.dirname, '../fixtures/results/reference.safetensors');

/** A file of that header, with that many bytes of data. */
function fileOf(header: unknown, dataBytes: number): Buffer {
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, Buffer.alloc(dataBytes)]);
}

describe('safetensors', () => {
  it("reads what the format's own library wrote (make-safetensors.py)", () => {
    const { tensors, metadata } = decodeSafetensors(readFileSync(reference), reference);
    expect(metadata).toEqual({ 'made-by': 'safetensors' });
    const found = Object.fromEntries(
      tensors.map(({ name, shape, data }) => [name, { shape, data: [...data] }]),
    );
    expect(found).toEqual({
      'dense/kernel': { shape: [2, 3], data: [1.5, -2.25, 3, 0.1, 1e-20, -1e20].map(Math.fround) },
      'dense/bias': { shape: [3], data: [0, -0, 42] },
      scalar: { shape: [], data: [7] },
      empty: { shape: [0, 4], data: [] },
    });
  });

  it('gives back tensors in their order, with roles and every bit', () => {
    const tensors = [
      ...buildTensors(3),
      { name: '7', shape: [3], role: 'moving-statistic' as const, data: Float32Array.of(NaN, -0, Infinity) },
    ];
    const file = encodeSafetensors(tensors, { note: 'one' });
    expect(decodeSafetensors(file, 'a file')).toEqual({ tensors, metadata: { note: 'one' } });
    expect(Number(file.readBigUInt64LE()) % 8).toBe(0);
  });

  it('refuses to write a name twice, or numbers that do not fill the shape', () => {
    const [first] = buildTensors(0);
    expect(() => encodeSafetensors([first!, first!])).toThrow(/Two tensors/);
    expect(() => encodeSafetensors([{ ...first!, shape: [3] }])).toThrow(/has 4 numbers/);
  });

  it.each([
    ['an empty file', Buffer.alloc(0)],
    ['a header longer than the file', fileOf({}, 0).subarray(0, 9)],
    ['a header of 2^63 bytes', Buffer.from('00000000000000807b7d', 'hex')],
    ['a header that is a list', fileOf([], 0)],
    ['another type', fileOf({ a: { dtype: 'F64', shape: [1], data_offsets: [0, 8] } }, 8)],
    ['a shape beyond the bytes', fileOf({ a: { dtype: 'F32', shape: [1e9], data_offsets: [0, 4e9] } }, 8)],
    ['a negative size', fileOf({ a: { dtype: 'F32', shape: [-1], data_offsets: [0, 4] } }, 4)],
    ['a hole', fileOf({ a: { dtype: 'F32', shape: [1], data_offsets: [4, 8] } }, 8)],
    ['bytes nobody claims', fileOf({ a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } }, 8)],
    [
      'tensors that overlap',
      fileOf(
        {
          a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
          b: { dtype: 'F32', shape: [2], data_offsets: [4, 12] },
        },
        12,
      ),
    ],
    ['metadata that are numbers', fileOf({ __metadata__: { a: 1 } }, 0)],
    ['roles that are none', fileOf({ __metadata__: { 'noisefloor.roles': '{"a":"king"}' } }, 0)],
  ])('refuses %s', (_what, file) => {
    expect(() => decodeSafetensors(file, 'that file')).toThrow(
      expect.objectContaining({
        code: 'tensor-file-damaged',
        message: expect.stringContaining('that file') as string,
      }) as Error,
    );
  });

  it('survives any one byte altered in its header', () => {
    const file = encodeSafetensors(buildTensors(1));
    const end = 8 + Number(file.readBigUInt64LE());
    for (let at = 0; at < end; at += 1) {
      for (const bit of [1, 16, 128]) {
        const altered = Buffer.from(file);
        altered[at] = altered[at]! ^ bit;
        try {
          decodeSafetensors(altered, 'a file');
        } catch (error) {
          expect(error).toBeInstanceOf(NoisefloorError);
        }
      }
    }
  });
});
