import { pairIndex } from '../../src/analysis/disagreement.ts';
import { keptBy } from '../measures/lastUsed.ts';
import { sequentialTable } from '../../src/figures/sequentialScale.ts';

const table = sequentialTable();
/** Orders and variants are gone back to; an image of 1,000 replicates takes 4 MB. */
const mostImages = 2;
const imagesOf = keptBy<ImageData>(mostImages);

/** The image of {@link matrixPixels}, made once for the same numbers. */
export function keptImage(
  matrix: Float64Array,
  total: number,
  order: readonly number[],
  highest: number,
): ImageData {
  return imagesOf(matrix).get(`${String(highest)}/${order.join()}`, () => {
    const pixels = matrixPixels(matrix, total, order, highest);
    return new ImageData(pixels, order.length, order.length);
  });
}

/**
 * A symmetric matrix as pixels, one a cell; its diagonal is left clear.
 * @param matrix the condensed upper triangle of `total` items.
 * @param order the items of rows and columns.
 * @param highest the value of the scale's end.
 * @returns [order, order, 4].
 */
export function matrixPixels(
  matrix: Float64Array,
  total: number,
  order: ArrayLike<number>,
  highest: number,
): Uint8ClampedArray<ArrayBuffer> {
  const size = order.length;
  const pixels = new Uint8ClampedArray(4 * size * size);
  const words = new Uint32Array(pixels.buffer);
  const colours = new Uint32Array(table.buffer);
  const scale = highest > 0 ? 255 / highest : 0;
  forEachPair(matrix, total, order, (row, column, value) => {
    const colour = colours[Math.min(255, Math.round(value * scale))] ?? 0;
    words[row * size + column] = colour;
    words[column * size + row] = colour;
  });
  return pixels;
}

/** The largest value between any two of some items; 0 where there are no two. */
export function highestOf(matrix: Float64Array, total: number, items: ArrayLike<number>): number {
  let highest = 0;
  forEachPair(matrix, total, items, (_row, _column, value) => {
    if (value > highest) highest = value;
  });
  return highest;
}

function forEachPair(
  matrix: Float64Array,
  total: number,
  order: ArrayLike<number>,
  visit: (row: number, column: number, value: number) => void,
): void {
  // Where the pairs of an item with later ones begin, so that a cell costs an addition.
  const bases = Int32Array.from({ length: total }, (_, item) => pairIndex(total, item, item + 1) - item - 1);
  for (let row = 0; row < order.length; row++) {
    const first = order[row] ?? 0;
    for (let column = row + 1; column < order.length; column++) {
      const second = order[column] ?? 0;
      const pair = first < second ? (bases[first] ?? 0) + second : (bases[second] ?? 0) + first;
      visit(row, column, matrix[pair] ?? 0);
    }
  }
}
