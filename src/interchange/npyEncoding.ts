/** Numbers that an NPY file can hold, or texts. */
export type NpyValues =
  Uint8Array | Uint16Array | Int32Array | Float32Array | Float64Array | readonly string[];

/**
 * Writes the header of an NPY file, version 1.0 (numpy.lib.format): magic, version, the length of the header, a header that is
 * a Python dictionary, padded to 64 bytes. Values follow it little-endian, in C order.
 * @param shape of the whole array.
 */
function npyHeader(type: string, shape: readonly number[]): Uint8Array {
  const sizes = shape.length === 1 ? `${String(shape[0])},` : shape.join(', ');
  const dictionary = `{'descr': '${type}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const length = Math.ceil((10 + dictionary.length + 1) / 64) * 64;
  const text = `${dictionary.padEnd(length - 11)}\n`;
  const header = new Uint8Array(length);
  header.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, (length - 10) & 0xff, (length - 10) >> 8]);
  header.set(new TextEncoder().encode(text), 10);
  return header;
}

/**
 * An array as NumPy's NPY format.
 * @throws Error where the shape does not fit the values.
 */
export function encodeNpy(values: NpyValues, shape: readonly number[]): Uint8Array {
  const count = shape.reduce((product, size) => product * size, 1);
  if (count !== values.length) {
    throw new Error(`An array of shape [${shape.join(', ')}] does not have ${String(values.length)} values.`);
  }
  const { type, bytes } = encodeValues(values);
  const header = npyHeader(type, shape);
  const file = new Uint8Array(header.length + bytes.length);
  file.set(header);
  file.set(bytes, header.length);
  return file;
}

function encodeValues(values: NpyValues): { type: string; bytes: Uint8Array } {
  if (!ArrayBuffer.isView(values)) return encodeTexts(values);
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  if (values instanceof Uint8Array) return { type: '|u1', bytes };
  if (values instanceof Uint16Array) return { type: '<u2', bytes };
  if (values instanceof Int32Array) return { type: '<i4', bytes };
  return { type: values instanceof Float32Array ? '<f4' : '<f8', bytes };
}

/** Texts of one length in code points, as NumPy's `U`: UTF-32, filled up with zeros. */
function encodeTexts(texts: readonly string[]): { type: string; bytes: Uint8Array } {
  const points = texts.map((text) => Array.from(text, (character) => character.codePointAt(0) ?? 0));
  const length = Math.max(1, ...points.map((each) => each.length));
  const values = new Uint32Array(texts.length * length);
  for (const [row, each] of points.entries()) values.set(each, row * length);
  return { type: `<U${String(length)}`, bytes: new Uint8Array(values.buffer) };
}
