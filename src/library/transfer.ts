/**
 * The buffers of all arrays in a value, to be handed over to another thread instead of copied; without those that hold
 * something beside their array.
 */
export function buffersOf(value: unknown): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  collectBuffers(value, buffers);
  return [...buffers];
}

function collectBuffers(value: unknown, into: Set<ArrayBuffer>): void {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer && value.byteLength === value.buffer.byteLength) {
      into.add(value.buffer);
    }
  } else if (Array.isArray(value) || value instanceof Map) {
    for (const item of value.values()) {
      collectBuffers(item, into);
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) {
      collectBuffers(item, into);
    }
  }
}
