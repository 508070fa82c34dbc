import type { Study } from '../../../src/study/study.ts';
import type { Preparation } from '../../stores/draftContent.ts';

/** How long a study trains, as far as is known. */
export interface Estimate {
  readonly replicates: number;
  /** Replicates at once. */
  readonly parallel: number;
  /** Null where nothing was timed. */
  readonly seconds: number | null;
}

/**
 * Training alone, at the measured pace. Where that many at once were not measured, the pace of the next fewer that were
 * is taken: more at once may be faster, but nobody has seen it.
 * @param wanted replicates at once; anything but a number takes the fastest.
 */
export function estimate(study: Study, preparation: Preparation, wanted: number | string): Estimate {
  const { measured, dataset } = preparation;
  const parallel = typeof wanted === 'number' ? wanted : preparation.parallel;
  const pace = measured.findLast(({ processes }) => processes <= parallel)?.examplesPerSecond ?? 0;
  const replicates = study.replicates * study.variants.length;
  const examples = replicates * study.task.recipe.epochs * dataset.examples.train;
  return { replicates, parallel, seconds: pace > 0 ? examples / pace : null };
}
