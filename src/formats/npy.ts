/** An array of NumPy's NPY format, its values not yet looked at. */
export interface NpyArray {
  readonly shape: readonly number[];
  /** NumPy's code of the element type without byte order, for example `u1` or `i8`. */
  readonly dtype: string;
  /** Little-endian values in C order. */
  readonly bytes: Uint8Array;
}

/** Element types that NumPy has. */
const known: ReadonlySet<string> = new Set([
  ...['b1', 'i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8', 'f2', 'f4', 'f8'],
]);

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/**
 * Reads an NPY file of numbers: magic, version, the length of the header, a header that is a Python dictionary, values
 * (numpy.lib.format). Object arrays, which hold pickles, structured types, big-endian values and Fortran order are
 * refused.
 * @throws Error that says what is wrong.
 */
export function readNpy(bytes: Uint8Array): NpyArray {
  if (bytes.length < 10 || magic.some((byte, index) => bytes[index] !== byte)) {
    throw new Error('it is no NPY file');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isFirstVersion = bytes[6] === 1;
  const start = isFirstVersion ? 10 : 12;
  if (bytes.length < start) throw new Error('it ends inside its header');
  const end = start + (isFirstVersion ? view.getUint16(8, true) : view.getUint32(8, true));
  if (end > bytes.length) throw new Error('it ends inside its header');
  const header = new TextDecoder().decode(bytes.subarray(start, end));
  const type = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const sizes = /'shape':\s*\(([\d,\sL]*)\)/.exec(header)?.[1];
  if (type === undefined || sizes === undefined) throw new Error('its header describes no plain array');
  const plain = /^[|<]([biuf][1248])$/.exec(type)?.[1];
  if (plain === undefined || !known.has(plain)) {
    throw new Error(`its values are of type ${type}; little-endian numbers are read`);
  }
  if (/'fortran_order':\s*True/.test(header)) throw new Error('it is in Fortran order; save it in C order');
  const shape = (sizes.match(/\d+/g) ?? []).map(Number);
  const count = shape.reduce((product, size) => product * size, 1);
  const announced = count * Number(plain.slice(1));
  if (bytes.length - end !== announced) {
    const state = bytes.length - end < announced ? 'is truncated' : 'is longer than it says';
    throw new Error(
      `it ${state}: ${announced} bytes of values are announced, ${bytes.length - end} are there`,
    );
  }
  return { shape, dtype: plain, bytes: bytes.subarray(end) };
}

/**
 * Whole numbers of an array as class indices.
 * @returns int32 of as many values as the array has.
 * @throws Error where the values are no whole numbers, or do not fit.
 */
export function wholeNumbers({ dtype, bytes }: Pick<NpyArray, 'dtype' | 'bytes'>): Int32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = Number(dtype.slice(1));
  const isSigned = dtype.startsWith('i');
  if (!isSigned && !dtype.startsWith('u'))
    throw new Error(`its values are of type ${dtype}, no whole numbers`);
  const values = new Int32Array(bytes.length / size);
  for (let index = 0; index < values.length; index += 1) {
    const value = wholeNumberAt(view, index * size, size, isSigned);
    if (value < 0 || value > 0x7fffffff) throw new Error(`value ${index} is ${value}, no class index`);
    values[index] = Number(value);
  }
  return values;
}

function wholeNumberAt(view: DataView, at: number, size: number, isSigned: boolean): number | bigint {
  switch (size) {
    case 1:
      return isSigned ? view.getInt8(at) : view.getUint8(at);
    case 2:
      return isSigned ? view.getInt16(at, true) : view.getUint16(at, true);
    case 4:
      return isSigned ? view.getInt32(at, true) : view.getUint32(at, true);
    default:
      return isSigned ? view.getBigInt64(at, true) : view.getBigUint64(at, true);
  }
}
