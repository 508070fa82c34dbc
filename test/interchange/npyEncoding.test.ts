import { describe, expect, it } from 'vitest';
import { encodeNpy, type NpyValues } from '../../src/interchange/npyEncoding.ts';
import numpyArrays from '../fixtures/interchange/arrays.json' with { type: 'json' };

describe('encodeNpy', () => {
  const arrays: Record<keyof typeof numpyArrays, [NpyValues, number[]]> = {
    bytes: [Uint8Array.from([0, 1, 2, 3, 4, 5]), [2, 3]],
    wide: [Uint16Array.from([0, 300, 65535]), [3]],
    integers: [Int32Array.from([-1, 0, 7]), [3]],
    single: [Float32Array.from([0.5, -1.25]), [1, 2]],
    double: [Float64Array.from([0.1, NaN, 1e300, -0]), [2, 2]],
    texts: [['ALGO+IMPL', 'Größe', '😀'], [3]],
    none: [new Uint8Array(), [0, 4]],
  };

  it.each(Object.entries(arrays))('writes %s as numpy.save does, byte for byte', (name, [values, shape]) => {
    const wanted = Buffer.from(numpyArrays[name as keyof typeof numpyArrays], 'base64');
    expect(Buffer.from(encodeNpy(values, shape)).toString('latin1')).toBe(wanted.toString('latin1'));
  });

  it('refuses a shape that does not fit', () => {
    expect(() => encodeNpy(new Uint8Array(5), [2, 3])).toThrow('does not have 5 values');
  });
});
