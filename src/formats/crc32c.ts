/** CRC-32C (Castagnoli), reflected polynomial. */
const polynomial = 0x82f63b78;

/** Table k holds the CRC of a byte that is followed by k zero bytes. */
const tables: readonly Uint32Array[] = makeTables(4);

function makeTables(count: number): Uint32Array[] {
  const first = Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? polynomial : 0);
    return crc;
  });
  const made = [first];
  let last = first;
  while (made.length < count) {
    last = last.map((crc) => (crc >>> 8) ^ (first[crc & 0xff] ?? 0));
    made.push(last);
  }
  return made;
}

/** The CRC-32C of some bytes, four at a time. */
export function crc32c(bytes: Uint8Array): number {
  const [t0, t1, t2, t3] = tables;
  if (t0 === undefined || t1 === undefined || t2 === undefined || t3 === undefined) return 0;
  let crc = 0xffffffff;
  let at = 0;
  for (const end = bytes.length - 3; at < end; at += 4) {
    const word =
      (bytes[at] ?? 0) |
      ((bytes[at + 1] ?? 0) << 8) |
      ((bytes[at + 2] ?? 0) << 16) |
      ((bytes[at + 3] ?? 0) << 24);
    const mixed = crc ^ word;
    crc =
      (t3[mixed & 0xff] ?? 0) ^
      (t2[(mixed >>> 8) & 0xff] ?? 0) ^
      (t1[(mixed >>> 16) & 0xff] ?? 0) ^
      (t0[mixed >>> 24] ?? 0);
  }
  for (; at < bytes.length; at += 1) crc = (crc >>> 8) ^ (t0[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}

/** The CRC as record files keep it: rotated, and a constant added, so that a CRC of CRCs is none of its own. */
export function maskedCrc32c(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
