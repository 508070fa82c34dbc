import { join } from 'node:path';
import { zipSync, type Zippable } from 'fflate';
import { describe, expect, it } from 'vitest';
import { loadDataset } from '../../src/data/dataset.ts';
import { rejectionOf } from './failure.ts';
import { expectedOf, publishedFile } from './publishedForms.ts';
import { folderWith } from './temporaryFolder.ts';

/** An NPY file: numpy.lib.format, version 1.0. */
function npy(descr: string, shape: readonly number[], values: ArrayBufferView, order = 'False'): Uint8Array {
  const text = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${shape.map((size) => `${size},`).join(' ')}), }`;
  const header = `${text.padEnd(117)}\n`;
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return Buffer.concat([
    Buffer.from([0x93]),
    Buffer.from('NUMPY\x01\x00', 'latin1'),
    Buffer.from([header.length, 0]),
    Buffer.from(header),
    bytes,
  ]);
}

const arrays = {
  'x_train.npy': npy('|u1', [4, 1, 2], new Uint8Array(8)),
  'y_train.npy': npy('<i4', [4], Int32Array.of(0, 1, 0, 1)),
  'x_test.npy': npy('|u1', [2, 1, 2], new Uint8Array(4)),
  'y_test.npy': npy('|u1', [2], Uint8Array.of(1, 0)),
};

const load = (content: Uint8Array) =>
  loadDataset({ kind: 'npz', path: join(folderWith({ 'data.npz': content }), 'data.npz') });
const messageOf = async (changed: Zippable): Promise<string> =>
  (await rejectionOf(load(zipSync({ ...arrays, ...changed })))).message;

describe('loadDataset of an .npz file', () => {
  it.each(['plain.npz', 'compressed.npz'])('reads what NumPy wrote: %s', async (name) => {
    const { train, test, classNames } = await load(publishedFile(name));
    const { npz } = expectedOf;
    expect([...train.images]).toEqual(npz.train.images);
    expect([...test.images]).toEqual(npz.test.images);
    expect([...train.labels]).toEqual(npz.train.labels);
    expect([...test.labels]).toEqual(npz.test.labels);
    expect(train.shape).toEqual(npz.train.shape);
    expect(classNames).toEqual(['0', '1', '2']);
  });

  it('is found in a folder that holds it alone', async () => {
    const path = folderWith({ 'mine.npz': zipSync(arrays), 'notes.txt': 'of mine' });
    expect((await loadDataset({ kind: 'npz', path })).identity).toMatchObject({
      name: 'mine',
      examples: { train: 4, test: 2 },
    });
    const two = folderWith({ 'a.npz': zipSync(arrays), 'b.npz': zipSync(arrays) });
    expect((await rejectionOf(loadDataset({ kind: 'npz', path: two }))).message).toContain(
      'holds 2 .npz files. Name the one that is meant.',
    );
  });

  it.each<[string, Zippable]>([
    ['x_train of shape [4, 2]', { 'x_train.npy': npy('|u1', [4, 2], new Uint8Array(8)) }],
    ['type f4; uint8 of', { 'x_train.npy': npy('<f4', [4, 1, 2], new Float32Array(8)) }],
    ['x_train of shape [4, 1, 1, 2]', { 'x_train.npy': npy('|u1', [4, 1, 1, 2], new Uint8Array(8)) }],
    ['y_train of shape [4, 2]', { 'y_train.npy': npy('|u1', [4, 2], new Uint8Array(8)) }],
    [
      'y_train that cannot be used: its values are of type f4',
      { 'y_train.npy': npy('<f4', [4], new Float32Array(4)) },
    ],
    ['value 2 is -1, no class index', { 'y_train.npy': npy('<i8', [4], BigInt64Array.of(0n, 1n, -1n, 0n)) }],
    ['(y_test) has 1 labels, but x_test has 2 images', { 'y_test.npy': npy('|u1', [1], Uint8Array.of(0)) }],
    ['(y_test) gives example 1 the label 2', { 'y_test.npy': npy('|u1', [2], Uint8Array.of(0, 2)) }],
    [
      'training images of 1 x 2 x 1, but test images of 2 x 1 x 1',
      { 'x_test.npy': npy('|u1', [2, 2, 1], new Uint8Array(4)) },
    ],
    [
      'it is truncated: 8 bytes of values are announced, 7',
      { 'x_train.npy': npy('|u1', [4, 1, 2], new Uint8Array(7)) },
    ],
    ['type >i4; little-endian', { 'y_train.npy': npy('>i4', [4], new Uint8Array(16)) }],
    ['values are of type |O', { 'y_train.npy': npy('|O', [4], new Uint8Array(4)) }],
    ['Fortran order', { 'x_train.npy': npy('|u1', [4, 1, 2], new Uint8Array(8), 'True') }],
    ['x_train that cannot be used: it is no NPY file', { 'x_train.npy': Buffer.from('hello, this is text') }],
    ['is empty: x_train holds no pixels', { 'x_train.npy': npy('|u1', [0, 1, 2], new Uint8Array(0)) }],
  ])('refuses %s', async (problem, changed) => {
    expect(await messageOf(changed)).toContain(problem);
  });

  it('refuses what lacks an array, or is no archive, or unpacks to too much', async () => {
    const { 'y_test.npy': _, ...rest } = arrays;
    expect((await rejectionOf(load(zipSync(rest)))).message).toContain('holds no array y_test');
    expect((await rejectionOf(load(Buffer.from('not an archive')))).message).toContain('cannot be unpacked');
    const bomb = zipSync(arrays);
    // The size that the directory at the end announces for the first array.
    const view = new DataView(bomb.buffer, bomb.byteOffset, bomb.byteLength);
    const entry = bomb.findIndex(
      (_byte, at) => at + 4 <= bomb.length && view.getUint32(at, true) === 0x02014b50,
    );
    view.setUint32(entry + 24, 0xfffffff0, true);
    expect((await rejectionOf(load(bomb))).message).toContain('it unpacks to more than 2 GiB');
  });
});
