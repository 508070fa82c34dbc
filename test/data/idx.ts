/** The bytes of an IDX file of unsigned bytes. */
export function idxBytes(sizes: readonly number[], values: Uint8Array | readonly number[], type = 8): Buffer {
  const header = Buffer.alloc(4 + 4 * sizes.length);
  header[2] = type;
  header[3] = sizes.length;
  sizes.forEach((size, index) => header.writeUInt32BE(size, 4 + 4 * index));
  return Buffer.concat([header, Uint8Array.from(values)]);
}
