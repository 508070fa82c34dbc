/**
 * Elements that are weighted by distinct numbers. Mixing leaves every difference that one flipped bit makes at most 15
 * factors of two, so two of them cancel only if their weights are equal or opposite modulo 2^16; among the odd numbers
 * 1, 3, ... 2^15 - 1 no two are. Longer tensors are cut into rows of this length.
 */
export const rowLength = 16_384;

/**
 * The fingerprint of a float32 tensor: of its bits b, h = b xor (b >>> 16); the sum of h times 1, 3, 5, ... modulo 2^32.
 * Tensors of more than 16,384 elements are cut into rows, padded with zeros; the rows' sums are mixed (MurmurHash3's
 * finaliser) and summed with the weights 1, 3, 5, ... again. Sums of integers do not depend on the order of summation.
 *
 * Any one flipped bit and any two flipped bits of a row change it. Flips in two different rows go unseen with
 * a chance of about 2^-32.
 *
 * @param bits the words of the tensor's float32 values.
 * @returns unsigned 32-bit integer.
 */
export function fingerprint(bits: Uint32Array): number {
  if (bits.length <= rowLength) return rowSum(bits);
  let total = 0;
  for (let row = 0; row * rowLength < bits.length; row += 1) {
    const sum = rowSum(bits.subarray(row * rowLength, (row + 1) * rowLength));
    total += Math.imul(mix(sum), 2 * row + 1) >>> 0;
  }
  return total % 2 ** 32;
}

function rowSum(bits: Uint32Array): number {
  let sum = 0;
  bits.forEach((word, position) => {
    sum = (sum + Math.imul(word ^ (word >>> 16), 2 * position + 1)) | 0;
  });
  return sum >>> 0;
}

function mix(sum: number): number {
  let mixed = sum ^ (sum >>> 16);
  mixed = Math.imul(mixed, 0x85eb_ca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2_ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
