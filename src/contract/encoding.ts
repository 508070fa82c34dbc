import { decode, encode, ExtData } from '@msgpack/msgpack';

/** Arrays of numbers cross as their bytes; the position in this list is their number in a message. */
const arrayTypes = [
  Uint8Array,
  Uint16Array,
  Uint32Array,
  Int8Array,
  Int16Array,
  Int32Array,
  Float32Array,
  Float64Array,
] as const;

/** Deeper than anything that is said; a message that is nested deeper is refused. */
const mostLevels = 64;

/**
 * What is beside MessagePack's own values. Its `decode` gets a view into the message and copies it: the copy is aligned,
 * owns its memory and can be handed to a worker.
 */
const arrays = {
  tryToEncode(value: unknown): ExtData | null {
    if (Array.isArray(value) || isPlain(value)) return null;
    const type = arrayTypes.findIndex((candidate) => value instanceof candidate);
    if (type === -1)
      throw new TypeError(`${describe(value)} cannot be sent: only plain values and typed arrays.`);
    const { buffer, byteOffset, byteLength } = value as Uint8Array;
    return new ExtData(type, new Uint8Array(buffer, byteOffset, byteLength));
  },
  decode(data: Uint8Array, type: number): unknown {
    const arrayType = arrayTypes[type];
    if (arrayType === undefined || data.byteLength % arrayType.BYTES_PER_ELEMENT !== 0) {
      throw new RangeError(`A message holds an array of a type (${type}) or length that there is not.`);
    }
    return new arrayType(new Uint8Array(data).buffer);
  },
};

/**
 * A value as bytes (MessagePack). Numbers keep every bit but the sign of zero, NaN and infinities included; typed arrays
 * are their bytes, little-endian as all machines this runs on. A key whose value is undefined is left out.
 * @throws Error for what would not arrive as it was: functions, bigints, dates, maps, instances of classes.
 */
export function encodeMessage(value: unknown): Uint8Array<ArrayBuffer> {
  return encode(value, { extensionCodec: arrays, ignoreUndefined: true, maxDepth: mostLevels });
}

/** @throws Error for bytes that {@link encodeMessage} does not make. */
export function decodeMessage(message: Uint8Array): unknown {
  return decode(message, { extensionCodec: arrays });
}

function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function describe(value: unknown): string {
  return typeof value === 'object' && value !== null ? `A ${value.constructor.name}` : `A ${typeof value}`;
}
