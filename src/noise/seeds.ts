import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

/**
 * The seed at a path below a root seed: the first 32 bits of SHA-256 of the JSON array `[root, ...path]`, which
 * no two paths share.
 * @returns unsigned 32-bit integer.
 */
export function deriveSeed(root: number, ...path: readonly (string | number)[]): number {
  const digest = sha256(utf8ToBytes(JSON.stringify([root, ...path])));
  return new DataView(digest.buffer, digest.byteOffset, digest.byteLength).getUint32(0, true);
}
