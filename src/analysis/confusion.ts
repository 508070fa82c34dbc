import type { Labels } from './classAccuracy.ts';

/**
 * How often one labelling of the test examples says one class where another says another.
 * @param rows classes by the first, and `columns` by the second, of the same examples; a replicate's predictions or the true
 * classes.
 * @param classes at least one more than the largest class index.
 * @returns counts, row-major [classes, classes]; examples on which both agree lie on the diagonal.
 */
export function confusion(rows: Labels, columns: Labels, classes: number): Int32Array<ArrayBuffer> {
  const counts = new Int32Array(classes * classes);
  for (let example = 0; example < rows.length; example++) {
    const cell = (rows[example] ?? 0) * classes + (columns[example] ?? 0);
    counts[cell] = (counts[cell] ?? 0) + 1;
  }
  return counts;
}

/** {@link confusion} with what its classes are called. */
export interface NamedConfusion {
  readonly examples: number;
  /** Their names; numbers where nothing names them. */
  readonly classes: string[];
  /** Row-major [classes, classes]. */
  readonly counts: Int32Array<ArrayBuffer>;
}

/** The confusion of two labellings over all classes that are named or used. */
export function namedConfusion(
  rows: Labels,
  columns: Labels,
  classNames: readonly string[] | null,
): NamedConfusion {
  let count = classNames?.length ?? 0;
  for (const each of [rows, columns]) {
    for (let example = 0; example < each.length; example++) count = Math.max(count, (each[example] ?? 0) + 1);
  }
  return {
    examples: rows.length,
    classes: Array.from({ length: count }, (_, index) => classNames?.[index] ?? String(index)),
    counts: confusion(rows, columns, count),
  };
}
