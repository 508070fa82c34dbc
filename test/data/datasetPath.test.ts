import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withAbsolutePath } from '../../src/data/datasetPath.ts';

describe('withAbsolutePath', () => {
  it.each([
    ['images', resolve('/studies/images')],
    ['../images', resolve('/images')],
    ['/data/images', resolve('/data/images')],
    ['~/images', join(homedir(), 'images')],
    ['~', homedir()],
    ['~images', resolve('/studies/~images')],
  ])('of %s', (path, expected) => {
    expect(withAbsolutePath({ kind: 'idx', path }, '/studies')).toEqual({ kind: 'idx', path: expected });
  });

  it('leaves shipped data alone', () => {
    expect(withAbsolutePath({ kind: 'fashion-mnist-sample' }, '/studies')).toEqual({
      kind: 'fashion-mnist-sample',
    });
  });
});
