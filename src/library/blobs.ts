/** @returns the bytes of a typed array, not copied. */
export function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/**
 * @returns the bytes of a blob in a buffer that holds nothing else, so that it can be viewed as wider numbers and handed
 *   to another thread.
 */
export function ownBytes(blob: Uint8Array): Uint8Array<ArrayBuffer> {
  if (blob.buffer instanceof ArrayBuffer && blob.byteLength === blob.buffer.byteLength) {
    return new Uint8Array(blob.buffer);
  }
  return Uint8Array.from(blob);
}
