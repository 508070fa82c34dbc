import type { VariantChurn } from './churnSentence.ts';

/** Rows of a churn matrix that follow one another and are of one variant; `to` is the first after them. */
export interface VariantRun {
  readonly variant: string;
  readonly from: number;
  readonly to: number;
}

/** @param variants the variant of each row, from the first to the last. */
export function variantRuns(variants: readonly string[]): readonly VariantRun[] {
  const found: { variant: string; from: number; to: number }[] = [];
  variants.forEach((variant, position) => {
    const last = found.at(-1);
    if (last?.variant === variant) last.to = position + 1;
    else found.push({ variant, from: position, to: position + 1 });
  });
  return found;
}

/** What one variant's rows and another's columns have between them. */
export interface MatrixBlock {
  readonly rows: VariantRun;
  readonly columns: VariantRun;
  /** Null where there are no two replicates. */
  readonly mean: number | null;
}

/**
 * @param runs one of each variant.
 * @param between the mean churn of replicates of two variants, in either order.
 */
export function matrixBlocks(
  runs: readonly VariantRun[],
  variants: readonly VariantChurn[],
  between: readonly { readonly first: string; readonly second: string; readonly churn: number | null }[],
): readonly MatrixBlock[] {
  const means = new Map<string, number | null>();
  for (const { name, churn } of variants) means.set(`${name}\n${name}`, churn.mean);
  for (const { first, second, churn } of between) {
    means.set(`${first}\n${second}`, churn);
    means.set(`${second}\n${first}`, churn);
  }
  return runs.flatMap((rows) =>
    runs.map((columns) => ({
      rows,
      columns,
      mean: means.get(`${rows.variant}\n${columns.variant}`) ?? null,
    })),
  );
}
