import type {
  ExcludedReplicate,
  ReplicateAtEpoch,
  StudyAtEpoch,
  VariantAtEpoch,
} from '../analysis/studyAtEpoch.ts';
import type { FingerprintSequence } from '../analysis/bitIdentity.ts';
import { attributeNamesOf, classNamesOf } from '../library/classNames.ts';
import type { LibraryClient } from '../library/client.ts';
import type { ReplicateFingerprints } from '../library/evidence.ts';
import type { ReplicatePredictions, StudyMetrics } from '../library/measurements.ts';
import type { Replicate } from '../library/replicates.ts';
import type { StudyDetail } from '../library/studies.ts';
import { NoisefloorError } from '../study/errors.ts';
import { describePerturbation } from '../study/perturbation.ts';
import { checkpointTensors } from './checkpointTensors.ts';

/**
 * The epochs that a study can be analysed at, ascending: those that replicates have predictions of; where none has any, those
 * that their logs tell of.
 */
async function analysedEpochs(library: LibraryClient, study: StudyDetail): Promise<number[]> {
  const predicted = new Set((await library.predictionEpochs(study.id)).map(({ epoch }) => epoch));
  if (predicted.size > 0 || !isLogged(study)) return [...predicted].toSorted((one, other) => one - other);
  const { epochs, testAccuracy, testLoss } = await library.metrics(study.id);
  return Array.from({ length: epochs }, (_, epoch) => epoch).filter((epoch) =>
    [testAccuracy, testLoss].some((values) =>
      values.some((value, at) => at % epochs === epoch && !Number.isNaN(value)),
    ),
  );
}

/** Whether others trained a study: then there may be logs and nothing else. */
const isLogged = ({ study: { origin, program } }: StudyDetail): boolean =>
  origin !== undefined || program !== undefined;

/**
 * The epoch that a study is analysed at when nobody says otherwise: the last that any replicate has predictions of; or, where
 * others trained it and kept none, the last that its logs tell of.
 * @throws NoisefloorError `nothing-recorded` where there are none.
 */
export async function lastRecordedEpoch(library: LibraryClient, study: StudyDetail): Promise<number> {
  const [last] = (await analysedEpochs(library, study)).slice(-1);
  if (last !== undefined) return last;
  throw new NoisefloorError(
    'nothing-recorded',
    `${study.name} (${study.id}) has no predictions yet. Run it with "noisefloor resume ${study.id}".`,
  );
}

/**
 * The epoch that is asked for, or the last that was recorded.
 * @throws NoisefloorError `nothing-recorded`, `invalid-epoch` where no replicate that counts has predictions of that epoch.
 */
export async function chosenEpoch(
  library: LibraryClient,
  study: StudyDetail,
  epoch: number | null,
): Promise<number> {
  if (epoch === null) return lastRecordedEpoch(library, study);
  const recorded = await analysedEpochs(library, study);
  if (recorded.includes(epoch)) return epoch;
  throw new NoisefloorError(
    recorded.length === 0 ? 'nothing-recorded' : 'invalid-epoch',
    `No replicate of ${study.name} that counts has predictions of epoch ${epoch}. Recorded are: ${recorded.join(', ') || 'none'}.`,
    { details: { study: study.id, epoch } },
  );
}

/**
 * Everything that measures need to know of a study at one epoch.
 * @param study a name, an id or a unique beginning of either.
 * @param epoch counted from 0, or null for the last that was recorded.
 * @throws NoisefloorError `study-unknown`, `study-ambiguous`, `nothing-recorded`, `invalid-epoch` where no replicate has
 *   predictions of that epoch.
 */
export async function readStudyAtEpoch(
  library: LibraryClient,
  study: string,
  epoch: number | null,
): Promise<StudyAtEpoch> {
  const detail = await library.study(study);
  const chosen = await chosenEpoch(library, detail, epoch);
  const predictions = await library.predictionsAt(detail.id, chosen);
  const dataset = detail.datasetHash === null ? null : await library.dataset(detail.datasetHash);
  const predictionsOf = new Map(predictions.map((row) => [row.replicateId, row]));
  const replicates = await library.replicates(detail.id);
  const isOfLogsAlone = predictions.length === 0 && isLogged(detail);
  const logged = dataset === null || isOfLogsAlone ? await library.metrics(detail.id) : null;
  const read = await Promise.all(
    replicates.map(async (replicate) => {
      const predicted = predictionsOf.get(replicate.id);
      const labels = dataset?.testLabels ?? null;
      const { atEpoch, ...known } = await readReplicate(library, replicate, chosen, {
        ...{ predicted, labels, isOfLogsAlone },
      });
      if (logged === null || atEpoch === null) return { ...known, atEpoch };
      return { ...known, atEpoch: { ...atEpoch, accuracy: loggedAccuracy(logged, replicate.id, chosen) } };
    }),
  );
  return {
    study: { id: detail.id, name: detail.name },
    epoch: chosen,
    labels: dataset?.testLabels ?? null,
    classNames: dataset === null ? null : classNamesOf(dataset.identity),
    attributeNames: dataset === null ? null : attributeNamesOf(dataset.identity),
    tensorNames: read.find(({ tensorNames }) => tensorNames.length > 0)?.tensorNames ?? null,
    variants: detail.variants.map((variant): VariantAtEpoch => {
      const mine = read.filter(({ replicate }) => replicate.variant === variant.name);
      return {
        name: variant.name,
        implementation: variant.implementation,
        perturbation: variant.perturbation === undefined ? null : describePerturbation(variant.perturbation),
        replicates: mine.flatMap(({ atEpoch }) => (atEpoch === null ? [] : [atEpoch])),
        excluded: mine.flatMap(({ excluded }) => (excluded === null ? [] : [excluded])),
      };
    }),
  };
}

/** What a log says of the accuracy where the true classes are not known; null where it says nothing. */
function loggedAccuracy(metrics: StudyMetrics, replicate: string, epoch: number): number | null {
  const row = metrics.replicateIds.indexOf(replicate);
  const accuracy = metrics.testAccuracy[row * metrics.epochs + epoch] ?? Number.NaN;
  return Number.isNaN(accuracy) ? null : accuracy;
}

interface ReadReplicate {
  replicate: Replicate;
  atEpoch: ReplicateAtEpoch | null;
  excluded: ExcludedReplicate | null;
  tensorNames: string[];
}

async function readReplicate(
  library: LibraryClient,
  replicate: Replicate,
  epoch: number,
  given: {
    predicted: ReplicatePredictions | undefined;
    labels: Int32Array | null;
    /** Whether nobody kept predictions: a replicate counts by what its log says. */
    isOfLogsAlone: boolean;
  },
): Promise<ReadReplicate> {
  const { predicted: predictions, labels, isOfLogsAlone } = given;
  const { index } = replicate;
  const reason = exclusionOf(replicate);
  const isLeftOut = predictions === undefined && (!isOfLogsAlone || replicate.epochs === 0);
  if (reason !== null || isLeftOut) {
    return {
      replicate,
      atEpoch: null,
      excluded: reason === null ? null : { index, reason },
      tensorNames: [],
    };
  }
  const fingerprints = await library.fingerprints(replicate.id);
  const weights = await checkpointTensors(library, replicate.id, epoch);
  return {
    replicate,
    excluded: null,
    tensorNames: fingerprints.tensors.map(({ name }) => name),
    atEpoch: {
      index,
      accuracy: labels === null || predictions === undefined ? null : accuracyOf(predictions.classes, labels),
      predictions: predictions?.classes ?? null,
      weights,
      fingerprints: joinFingerprints(fingerprints, epoch),
    },
  };
}

/** Why a replicate does not count; null where it does, or is simply not there yet. */
export function exclusionOf({ excludedReason, status, exitReason }: Replicate): string | null {
  if (excludedReason !== null) {
    return excludedReason;
  }
  return status === 'diverged' || status === 'failed'
    ? `${status}: ${exitReason ?? 'no reason was recorded'}`
    : null;
}

export function accuracyOf(predictions: Uint8Array | Uint16Array, labels: Int32Array): number {
  let correct = 0;
  for (let example = 0; example < predictions.length; example++) {
    if (predictions[example] === labels[example]) correct++;
  }
  return correct / labels.length;
}

/** The epochs up to one whose steps follow one another without a gap, from the first that was kept. */
export function epochsInARow(
  { epochs }: ReplicateFingerprints,
  epoch: number,
): ReplicateFingerprints['epochs'] {
  const counted = epochs.filter((recorded) => recorded.epoch <= epoch);
  const gap = counted.findIndex(({ firstStep }, position) => {
    const before = counted[position - 1];
    return before !== undefined && firstStep !== before.firstStep + before.steps;
  });
  return gap === -1 ? counted : counted.slice(0, gap);
}

/** The fingerprints of all steps up to the end of an epoch as one sequence. */
export function joinFingerprints(kept: ReplicateFingerprints, epoch: number): FingerprintSequence | null {
  const counted = epochsInARow(kept, epoch);
  const [first] = counted;
  if (first === undefined) {
    return null;
  }
  const values = new Uint32Array(counted.reduce((sum, { fingerprints }) => sum + fingerprints.length, 0));
  let offset = 0;
  for (const { fingerprints } of counted) {
    values.set(fingerprints, offset);
    offset += fingerprints.length;
  }
  const reachesEnd = counted.some((recorded) => recorded.epoch === epoch);
  return { firstStep: first.firstStep, tensors: kept.tensors.length, values, reachesEnd };
}
