/**
 * Counts, for every pair of replicates, the examples they disagree on. AssemblyScript, compiled to WebAssembly SIMD.
 *
 * A replicate's predictions are held as bit planes: plane p has bit p of the class index of each example, 128
 * examples to a vector. Two replicates disagree on an example where any plane differs: XOR, OR, then a count of
 * the bits. Vectors are laid out [replicate][block of 128 examples][plane], so that one pair reads forwards.
 */

/** Blocks are counted in fours (carry-save adders below); a replicate's row is padded with zeros to a whole number. */
const BLOCKS_A_STEP: i32 = 4;

/** A byte counter grows by 8 a step at most: 31 steps of 4 blocks stay below 256. */
const MOST_BLOCKS_A_CHUNK: i32 = 124;

/** Bytes of one replicate's row read before moving on; ten such rows fit the smallest usual L1 cache beside results. */
const CHUNK_BYTES: i32 = 4096;

/** Replicates whose chunk stays in the L1 cache while the others pass by. Even: pairs are counted two at a time. */
const REPLICATES_A_BLOCK: i32 = 8;

/** Bits set in any 16-bit lane of `bytes` (a multiple of 16) bytes from `source`. */
export function bitsUsed(source: usize, bytes: i32): u32 {
  let bits = i32x4.splat(0);
  const end = source + bytes;
  for (; source < end; source += 16) bits = v128.or(bits, v128.load(source));
  const words =
    i32x4.extract_lane(bits, 0) |
    i32x4.extract_lane(bits, 1) |
    i32x4.extract_lane(bits, 2) |
    i32x4.extract_lane(bits, 3);
  return ((words >>> 16) | words) & 0xffff;
}

/** Stores bit `plane` of 16 class indices held in bytes. A 16-bit shift serves: only each byte's top bit is read. */
@inline
function storePlane(classes: v128, plane: i32, out: usize): void {
  store<u16>(out, i8x16.bitmask(i16x8.shl(classes, 7 - plane)));
}

/** Packs `blocks` x 128 class indices of one byte each into `planes` (1 to 8) bit planes a block. */
export function packBytes(source: usize, blocks: i32, planes: i32, out: usize): void {
  for (let block = 0; block < blocks; block++) {
    for (let part = 0; part < 8; part++) {
      const classes = v128.load(source);
      for (let plane = 0; plane < planes; plane++) storePlane(classes, plane, out + plane * 16 + part * 2);
      source += 16;
    }
    out += planes * 16;
  }
}

/** Packs `blocks` x 128 class indices of two bytes each into `planes` (1 to 16) bit planes a block. */
export function packWords(source: usize, blocks: i32, planes: i32, out: usize): void {
  const lowByte = i16x8.splat(0xff);
  for (let block = 0; block < blocks; block++) {
    for (let part = 0; part < 8; part++) {
      const first = v128.load(source);
      const second = v128.load(source, 16);
      const low = i8x16.narrow_i16x8_u(v128.and(first, lowByte), v128.and(second, lowByte));
      const high = i8x16.narrow_i16x8_u(i16x8.shr_u(first, 8), i16x8.shr_u(second, 8));
      for (let plane = 0; plane < planes; plane++) {
        storePlane(plane < 8 ? low : high, plane & 7, out + plane * 16 + part * 2);
      }
      source += 32;
    }
    out += planes * 16;
  }
}

/** One bit an example: whether the class indices at `a` and `b` differ. `planes` is a constant up to 4. */
@inline
function difference(a: usize, b: usize, planes: i32): v128 {
  let bits = v128.xor(v128.load(a), v128.load(b));
  if (planes > 1) bits = v128.or(bits, v128.xor(v128.load(a, 16), v128.load(b, 16)));
  if (planes > 2) bits = v128.or(bits, v128.xor(v128.load(a, 32), v128.load(b, 32)));
  if (planes > 3) bits = v128.or(bits, v128.xor(v128.load(a, 48), v128.load(b, 48)));
  if (planes > 4) {
    for (let offset = 64; offset < planes * 16; offset += 16) {
      bits = v128.or(bits, v128.xor(v128.load(a + offset), v128.load(b + offset)));
    }
  }
  return bits;
}

/** The carry of a full adder, bit by bit. */
@inline
function carry(a: v128, b: v128, c: v128): v128 {
  return v128.or(v128.and(a, b), v128.and(v128.xor(a, b), c));
}

/** The sum of a full adder, bit by bit. */
@inline
function parity(a: v128, b: v128, c: v128): v128 {
  return v128.xor(v128.xor(a, b), c);
}

/** Adds what the counters of one pair hold to its count at `out`. */
@inline
function flush(ones: v128, twos: v128, fours: v128, out: usize): void {
  const rest = i8x16.add(i8x16.popcnt(ones), i8x16.shl(i8x16.popcnt(twos), 1));
  const halves = i16x8.add(
    i16x8.shl(i16x8.extadd_pairwise_i8x16_u(fours), 2),
    i16x8.extadd_pairwise_i8x16_u(rest),
  );
  const quarters = i32x4.extadd_pairwise_i16x8_u(halves);
  const sum =
    i32x4.extract_lane(quarters, 0) +
    i32x4.extract_lane(quarters, 1) +
    i32x4.extract_lane(quarters, 2) +
    i32x4.extract_lane(quarters, 3);
  store<u32>(out, load<u32>(out) + sum);
}

/**
 * Counts the pairs (a, b) and (a, c) over `blocks` blocks. Emulated vector popcounts are dear, so Harley and Seal's
 * carry-save adders turn four of them into one (Warren, Hacker's Delight, 2nd edition, section 5-1).
 */
@inline
function countTwo(a: usize, b: usize, c: usize, blocks: i32, planes: i32, outB: usize, outC: usize): void {
  let onesB = i32x4.splat(0);
  let twosB = i32x4.splat(0);
  let foursB = i32x4.splat(0);
  let onesC = i32x4.splat(0);
  let twosC = i32x4.splat(0);
  let foursC = i32x4.splat(0);
  const step = planes * 16;
  for (let block = 0; block < blocks; block += BLOCKS_A_STEP) {
    const firstB = difference(a, b, planes);
    const firstC = difference(a, c, planes);
    const secondB = difference(a + step, b + step, planes);
    const secondC = difference(a + step, c + step, planes);
    const lowB = carry(firstB, secondB, onesB);
    const lowC = carry(firstC, secondC, onesC);
    onesB = parity(firstB, secondB, onesB);
    onesC = parity(firstC, secondC, onesC);
    a += 2 * step;
    b += 2 * step;
    c += 2 * step;
    const thirdB = difference(a, b, planes);
    const thirdC = difference(a, c, planes);
    const fourthB = difference(a + step, b + step, planes);
    const fourthC = difference(a + step, c + step, planes);
    const highB = carry(thirdB, fourthB, onesB);
    const highC = carry(thirdC, fourthC, onesC);
    onesB = parity(thirdB, fourthB, onesB);
    onesC = parity(thirdC, fourthC, onesC);
    foursB = i8x16.add(foursB, i8x16.popcnt(carry(lowB, highB, twosB)));
    foursC = i8x16.add(foursC, i8x16.popcnt(carry(lowC, highC, twosC)));
    twosB = parity(lowB, highB, twosB);
    twosC = parity(lowC, highC, twosC);
    a += 2 * step;
    b += 2 * step;
    c += 2 * step;
  }
  flush(onesB, twosB, foursB, outB);
  flush(onesC, twosC, foursC, outC);
}

/** {@link countTwo} compiled once for each usual number of planes, where the loop over planes disappears. */
function countTwoOf(a: usize, b: usize, c: usize, blocks: i32, planes: i32, outB: usize, outC: usize): void {
  if (planes == 1) countTwo(a, b, c, blocks, 1, outB, outC);
  else if (planes == 2) countTwo(a, b, c, blocks, 2, outB, outC);
  else if (planes == 3) countTwo(a, b, c, blocks, 3, outB, outC);
  else if (planes == 4) countTwo(a, b, c, blocks, 4, outB, outC);
  else countTwo(a, b, c, blocks, planes, outB, outC);
}

/**
 * Adds the disagreements of all pairs i < j of `replicates` rows at `rows` to the condensed upper triangle of 32-bit
 * counts at `counts`. `blocks` is a multiple of 4. `spare` is 4 bytes for the count of a row without a partner.
 */
export function countPairs(
  rows: usize,
  replicates: i32,
  blocks: i32,
  planes: i32,
  counts: usize,
  spare: usize,
): void {
  const rowBytes = <usize>(blocks * planes * 16);
  const fitting = (CHUNK_BYTES / (planes * 16)) & ~(BLOCKS_A_STEP - 1);
  const chunk = min(fitting, MOST_BLOCKS_A_CHUNK);
  for (let start = 0; start < blocks; start += chunk) {
    const length = min(chunk, blocks - start);
    const base = rows + <usize>(start * planes * 16);
    for (let from = 0; from < replicates; from += REPLICATES_A_BLOCK) {
      const to = min(from + REPLICATES_A_BLOCK, replicates);
      for (let i = 0; i < to - 1; i++) {
        const a = base + <usize>i * rowBytes;
        // Index of (i, j) is i * replicates - i * (i + 1) / 2 + j - i - 1; this is its part without j.
        const row = counts + ((<usize>i * <usize>(2 * replicates - i - 3)) / 2 - 1) * 4;
        for (let j = max(from, i + 1); j < to; j += 2) {
          const paired = j + 1 < to;
          const b = base + <usize>j * rowBytes;
          const c = paired ? b + rowBytes : b;
          const out = row + <usize>j * 4;
          countTwoOf(a, b, c, length, planes, out, paired ? out + 4 : spare);
        }
      }
    }
  }
}
