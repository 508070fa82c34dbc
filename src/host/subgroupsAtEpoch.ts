import { usualSplits, type Subgroup } from '../analysis/subgroups.ts';
import type { LibraryClient } from '../library/client.ts';
import type { StudyDetail } from '../library/studies.ts';
import { NoisefloorError } from '../study/errors.ts';
import { AnalysisPool } from './analysisPool.ts';
import { predictedClasses, type PredictedClasses } from './classesAtEpoch.ts';
import { chosenEpoch } from './readStudy.ts';

/** How the error rates of each variant spread over its replicates, by subgroup. */
export interface SubgroupsAtEpoch {
  /** Counted from 0. */
  readonly epoch: number;
  /** All that the test examples have or have not. */
  readonly attributes: readonly string[];
  readonly variants: readonly {
    readonly name: string;
    readonly replicates: number;
    /** All test examples first; none below one replicate. */
    readonly groups: readonly Subgroup[];
  }[];
}

/** What to look at. */
export interface AskedSubgroups {
  /** The only attribute asked about; null pools all. */
  readonly attribute: string | null;
  /** What to tell subgroups apart by; null for the paper's. */
  readonly splits: readonly string[] | null;
}

/** The paper's: all attributes pooled, its own subgroups. */
export const usualSubgroups: AskedSubgroups = { attribute: null, splits: null };

/**
 * Error rates by subgroup after an epoch.
 * @throws NoisefloorError `attributes-unknown` where the study's test examples have none; `attribute-unknown`.
 */
export async function subgroupsAtEpoch(
  pool: AnalysisPool,
  { id, name, variants }: StudyDetail,
  { epoch, rows, labels, attributeNames }: PredictedClasses,
  asked: AskedSubgroups,
): Promise<SubgroupsAtEpoch> {
  if (labels === null || attributeNames === null) {
    throw new NoisefloorError(
      'attributes-unknown',
      `The test examples of ${name} have one class each and no attributes, so there are no rates by subgroup.`,
      { details: { study: id } },
    );
  }
  const placeOf = (attribute: string): number => {
    const at = attributeNames.findIndex((each) => each.toLowerCase() === attribute.toLowerCase());
    if (at >= 0) return at;
    throw new NoisefloorError(
      'attribute-unknown',
      `The test examples of ${name} have no attribute "${attribute}". They have: ${attributeNames.join(', ')}.`,
      { details: { attribute } },
    );
  };
  const groups = variants.map((variant) => ({
    name: variant.name,
    rows: rows.filter((row) => row.variant === variant.name).map(({ classes }) => classes),
  }));
  const measured = await pool.compute('subgroups', {
    ...{ groups, labels, attributeNames },
    choice: {
      attribute: asked.attribute === null ? null : placeOf(asked.attribute),
      splits: asked.splits === null ? usualSplits(attributeNames) : asked.splits.map(placeOf),
    },
  });
  return {
    ...{ epoch, attributes: attributeNames },
    variants: groups.map(({ name: variant, rows: own }, place) => ({
      name: variant,
      replicates: own.length,
      groups: own.length === 0 ? [] : (measured[place] ?? []),
    })),
  };
}

/**
 * Error rates of the paper's subgroups, over all attributes pooled, with the study that they are of.
 * @param study a name, an id or a unique beginning of either.
 * @throws NoisefloorError as {@link subgroupsAtEpoch}; `study-unknown`, `nothing-recorded`, `invalid-epoch`.
 */
export async function subgroupsOf(
  library: LibraryClient,
  study: string,
  epoch: number | null,
): Promise<SubgroupsAtEpoch & { readonly study: { readonly id: string; readonly name: string } }> {
  const detail = await library.study(study);
  const chosen = await chosenEpoch(library, detail, epoch);
  const predicted = await predictedClasses(library, detail, chosen);
  const pool = new AnalysisPool(1);
  try {
    const { id, name } = detail;
    return { study: { id, name }, ...(await subgroupsAtEpoch(pool, detail, predicted, usualSubgroups)) };
  } finally {
    await pool.close();
  }
}
