import {
  lastEpochAsText,
  referenceChurn,
  referenceDeviation,
  referenceDistance,
} from '../analysis/asReference.ts';
import type { LibraryClient } from '../library/client.ts';
import { checkpointsOf } from './checkpointTensors.ts';
import { exclusionOf } from './readStudy.ts';

/** A variant as the paper's reference script measures it; null where it has too little. */
export interface ReferenceMeasures {
  readonly name: string;
  readonly replicates: number;
  /** `get_standard_deviation_of_accuracy`, of the last row of the log. */
  readonly accuracySd: number | null;
  /** `get_prediction_churn`, which is agreement, and the epoch whose predictions it takes. */
  readonly churn: number | null;
  readonly churnEpoch: number | null;
  /** `get_l2_norm`, and the epoch whose weights it takes. */
  readonly l2: number | null;
  readonly l2Epoch: number | null;
}

/**
 * Every variant of a study as the reference's script would measure it, faults included (`src/analysis/asReference.ts`): it
 * takes the files whose names come last as text.
 * @throws NoisefloorError `study-unknown`, `study-ambiguous`, and what the library throws.
 */
export async function analyseAsReference(
  library: LibraryClient,
  reference: string,
): Promise<{ study: { id: string; name: string }; variants: ReferenceMeasures[] }> {
  const { id, name, variants } = await library.study(reference);
  const metrics = await library.metrics(id);
  const rowOf = new Map(metrics.replicateIds.map((replicate, row) => [replicate, row]));
  const churnEpoch = lastEpochAsText([
    ...new Set((await library.predictionEpochs(id)).map(({ epoch }) => epoch)),
  ]);
  const l2Epoch = lastEpochAsText([
    ...new Set((await library.keptCheckpoints(id)).map(({ epoch }) => epoch)),
  ]);
  const predictions = churnEpoch === null ? [] : await library.predictionsAt(id, churnEpoch);
  const replicates = (await library.replicates(id)).filter((each) => exclusionOf(each) === null);
  const measured: ReferenceMeasures[] = [];
  for (const variant of variants) {
    const own = replicates.filter((each) => each.variant === variant.name);
    const accuracies = own.flatMap((each) => {
      const row = (rowOf.get(each.id) ?? 0) * metrics.epochs;
      const logged = metrics.testAccuracy
        .subarray(row, row + metrics.epochs)
        .filter((value) => !Number.isNaN(value));
      return [...logged.slice(-1)];
    });
    const ids = own.map((each) => each.id);
    const weights = l2Epoch === null ? [] : await checkpointsOf(library, ids, l2Epoch);
    measured.push({
      name: variant.name,
      replicates: own.length,
      accuracySd: referenceDeviation(accuracies),
      churn: referenceChurn(
        predictions.filter((each) => each.variant === variant.name).map(({ classes }) => classes),
      ),
      l2: referenceDistance(weights),
      ...{ churnEpoch, l2Epoch },
    });
  }
  return { study: { id, name }, variants: measured };
}
