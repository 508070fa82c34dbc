import { namedConfusion, type NamedConfusion } from '../analysis/confusion.ts';
import { attributeNamesOf, classNamesOf } from '../library/classNames.ts';
import type { LibraryClient } from '../library/client.ts';
import type { ReplicatePredictions } from '../library/measurements.ts';
import type { StudyDetail } from '../library/studies.ts';
import { NoisefloorError } from '../study/errors.ts';
import type { AnalysisPool } from './analysisPool.ts';
import type { VariantClasses } from './analysisWorker.ts';

/** What an answer about an attribute is called. */
export const answerNames: readonly string[] = ['has not', 'has'];

/** What replicates predicted after an epoch, and what is true. */
export interface PredictedClasses {
  readonly epoch: number;
  readonly rows: readonly ReplicatePredictions[];
  readonly labels: Int32Array | null;
  readonly classNames: readonly string[] | null;
  /** Where each test example has attributes instead of a class. */
  readonly attributeNames: readonly string[] | null;
}

/** Reads them from a library. */
export async function predictedClasses(
  library: LibraryClient,
  { id, datasetHash }: StudyDetail,
  epoch: number,
): Promise<PredictedClasses> {
  const rows = await library.predictionsAt(id, epoch);
  const dataset = datasetHash === null ? null : await library.dataset(datasetHash);
  return {
    ...{ epoch, rows, labels: dataset?.testLabels ?? null },
    classNames: dataset === null ? null : classNamesOf(dataset.identity),
    attributeNames: dataset === null ? null : attributeNamesOf(dataset.identity),
  };
}

/**
 * How the accuracy of each variant on each class spreads over its replicates.
 * @throws NoisefloorError `labels-mismatch`, `predictions-mismatch`.
 */
export async function classesAtEpoch(
  pool: AnalysisPool,
  { id, name, variants }: StudyDetail,
  { epoch, rows, labels, classNames, attributeNames }: PredictedClasses,
): Promise<readonly VariantClasses[]> {
  return pool.compute('classes', {
    study: { study: { id, name }, epoch, labels, classNames, attributeNames, tensorNames: null },
    groups: variants.map((variant) => ({
      name: variant.name,
      rows: rows.filter((row) => row.variant === variant.name).map(({ classes }) => classes),
    })),
  });
}

/**
 * The confusion of two replicates, or of one and the truth.
 * @param first id of a replicate, as is `second`; null is the true classes.
 * @throws NoisefloorError `replicate-unknown`, `labels-unknown`.
 */
export function confusionOf(
  predicted: PredictedClasses,
  first: string | null,
  second: string | null,
): NamedConfusion {
  const [rows, columns] = [first, second].map((id) => labelling(predicted, id));
  if (rows === undefined || columns === undefined) throw new RangeError('There are two labellings.');
  const { attributeNames, classNames } = predicted;
  return namedConfusion(rows, columns, attributeNames === null ? classNames : answerNames);
}

function labelling(
  { rows, labels, epoch }: PredictedClasses,
  id: string | null,
): Int32Array | Uint8Array | Uint16Array {
  if (id === null) {
    if (labels !== null) return labels;
    throw new NoisefloorError(
      'labels-unknown',
      'The true classes of this study’s test examples are not known. Compare two replicates.',
    );
  }
  const row = rows.find(({ replicateId }) => replicateId === id);
  if (row !== undefined) return row.classes;
  throw new NoisefloorError(
    'replicate-unknown',
    `No replicate ${id} that counts has predictions of epoch ${epoch}. Choose another.`,
    { details: { replicate: id, epoch } },
  );
}
