import { predictionsFromRows } from '../../analysis/predictions.ts';
import type { Implementation } from '../../contract/procedure.ts';
import type { StudioContract } from '../../contract/studio.ts';
import type { Certificate } from '../../determinism/certificate.ts';
import { certificateText } from '../../determinism/certificateText.ts';
import { attributeNamesOf, classNamesOf } from '../../library/classNames.ts';
import type { LibraryClient } from '../../library/client.ts';
import type { StudyMetrics } from '../../library/measurements.ts';
import type { StudyDetail } from '../../library/studies.ts';
import { NoisefloorError } from '../../study/errors.ts';
import type { AnalysisPool } from '../analysisPool.ts';
import type { VariantClasses } from '../analysisWorker.ts';
import { churnAtEpoch, epochChurn, recordedEpochs } from '../churnAtEpoch.ts';
import { certifyStudy } from '../certifyStudy.ts';
import {
  answerNames,
  classesAtEpoch,
  confusionOf,
  predictedClasses,
  type PredictedClasses,
} from '../classesAtEpoch.ts';
import { compareStudies } from '../compareStudies.ts';
import { subgroupsAtEpoch } from '../subgroupsAtEpoch.ts';
import { chosenEpoch, readStudyAtEpoch } from '../readStudy.ts';
import { checkpointEpochs, weightsAtEpoch, type WeightsAtEpoch } from '../weightsAtEpoch.ts';
import { KeptResults } from './keptResults.ts';
import { LookAhead } from './lookAhead.ts';
import { storedStudy } from './storedStudy.ts';

/** A churn matrix of 1,000 replicates takes 4 MB, an epoch's churn by variant next to nothing. */
const mostMatrices = 24;
const mostEpochs = 2000;
/** Matrices that are computed before they are asked for: fewer than are kept. */
const mostAhead = 12;
/** Before each of them, and before what pages of a study ask for that is looked at elsewhere yet. */
const restMilliseconds = 100;
const quietMilliseconds = 1_500;
/** Bytes of weights that are read before anybody asks what they say. */
const mostWeightsAhead = 64 * 2 ** 20;
/** The numbers of every epoch of 1,000 replicates take 15 MB, their predictions of one epoch 10 MB. */
const mostMetrics = 4;
const mostPredictions = 4;

/** What studies measured. What was computed is kept until the study changes. */
export function measureProcedures(
  library: LibraryClient,
  pools: { all: AnalysisPool; one: AnalysisPool; ahead: AnalysisPool },
): Implementation<StudioContract>['measures'] {
  const kept = new KeptResults(mostMatrices);
  const keptEpochs = new KeptResults(mostEpochs);
  const keptMetrics = new KeptResults(mostMetrics);
  const keptWeights = new KeptResults(mostEpochs);
  const keptClasses = new KeptResults(mostEpochs);
  const keptPredictions = new KeptResults(mostPredictions);
  const ahead = new LookAhead();
  const asked = <Value>(answer: Promise<Value>): Promise<Value> => ahead.asked(answer);
  const keyOf = async (what: string, { id }: StudyDetail, epoch: number): Promise<string> =>
    JSON.stringify([what, id, epoch, await library.studyRevision(id)]);
  const metricsOf = async ({ id }: StudyDetail): Promise<StudyMetrics> =>
    keptMetrics.get(JSON.stringify(['metrics', id, await library.studyRevision(id)]), () =>
      library.metrics(id),
    );
  const weightsOf = async (study: StudyDetail, epoch: number, pool = pools.one): Promise<WeightsAtEpoch> =>
    keptWeights.get(await keyOf('weights', study, epoch), async () =>
      weightsAtEpoch(library, pool, study, await library.keptCheckpoints(study.id), epoch),
    );
  const predictedOf = async (study: StudyDetail, epoch: number): Promise<PredictedClasses> =>
    keptPredictions.get(await keyOf('predicted', study, epoch), () =>
      predictedClasses(library, study, epoch),
    );
  const classesOf = async (
    study: StudyDetail,
    epoch: number,
    pool: AnalysisPool,
  ): Promise<readonly VariantClasses[]> =>
    keptClasses.get(await keyOf('classes', study, epoch), async () =>
      classesAtEpoch(pool, study, await predictedOf(study, epoch)),
    );
  const certificateOf = async (study: StudyDetail, epoch: number, pool: AnalysisPool): Promise<Certificate> =>
    kept.get(await keyOf('certificate', study, epoch), () => certifyStudy(library, pool, study.id, epoch));
  /** The matrices of the epochs nearest to one that was asked for, on a thread that nobody waits for. */
  async function planNeighbours(study: StudyDetail, epoch: number): Promise<void> {
    const epochs = await recordedEpochs(library, study.id).catch(() => []);
    const nearest = epochs
      .filter((other) => other !== epoch)
      .sort((left, right) => Math.abs(left - epoch) - Math.abs(right - epoch));
    ahead.plan({
      ...{ study: study.id, kind: 'churn', quiet: restMilliseconds },
      jobs: nearest.slice(0, mostAhead).map((next) => async () => {
        const compute = () => churnAtEpoch(library, pools.ahead, study, next);
        await kept.get(await keyOf('churn', study, next), compute);
      }),
    });
  }
  /** What takes seconds to compute of a study that somebody looks at; while it runs it would have to be computed anew and anew. */
  function planPages(study: StudyDetail): void {
    if (study.status === 'running') return;
    const predicted = [classesOf, certificateOf].map((compute) => async () => {
      await compute(study, await chosenEpoch(library, study, null), pools.ahead);
    });
    const weights = async (): Promise<void> => {
      const kept = await library.keptCheckpoints(study.id);
      const [last] = kept.slice(-1);
      if (last === undefined) return;
      const sizes = await library.checkpointEpochs(last.replicateId);
      const bytes = sizes.find(({ epoch }) => epoch === last.epoch)?.bytes ?? Infinity;
      if (bytes * kept.filter(({ epoch }) => epoch === last.epoch).length > mostWeightsAhead) return;
      await weightsOf(study, last.epoch, pools.ahead);
    };
    ahead.plan({
      ...{ study: study.id, kind: 'pages', quiet: quietMilliseconds },
      jobs: [...predicted, weights],
    });
  }
  return {
    metrics: async ({ study: id }) => {
      const study = await storedStudy(library, id);
      const { replicateIds: replicates, ...metrics } = await metricsOf(study);
      planPages(study);
      return { replicates, ...metrics };
    },
    predictions: async ({ study: id, epoch: wanted }) => {
      const study = await storedStudy(library, id);
      const epoch = await chosenEpoch(library, study, wanted);
      const key = await keyOf('predictions', study, epoch);
      return keptPredictions.get(key, () => readPredictions(library, study, epoch));
    },
    analysis: async ({ study: id, epoch: wanted }) => {
      const study = await storedStudy(library, id);
      const epoch = await chosenEpoch(library, study, wanted);
      return kept.get(await keyOf('analysis', study, epoch), async () => {
        const atEpoch = await readStudyAtEpoch(library, id, epoch);
        return pools.one.compute('analysis', atEpoch, recordedBuffers(atEpoch));
      });
    },
    churn: async ({ study: id, epoch: wanted }) => {
      const study = await storedStudy(library, id);
      const epoch = await chosenEpoch(library, study, wanted);
      const key = await keyOf('churn', study, epoch);
      const result = await asked(kept.get(key, () => churnAtEpoch(library, pools.all, study, epoch)));
      void planNeighbours(study, epoch);
      return result;
    },
    async *churnByEpoch({ study: id }, { signal }) {
      const study = await storedStudy(library, id);
      const epochs = await recordedEpochs(library, id);
      for (const [position, epoch] of epochs.entries()) {
        if (signal.aborted) return;
        const key = await keyOf('epoch', study, epoch);
        const variants = await asked(keptEpochs.get(key, () => epochChurn(library, pools.one, study, epoch)));
        yield { epoch, position: position + 1, epochs: epochs.length, variants };
      }
    },
    checkpoints: async ({ study: id }) => {
      const study = await storedStudy(library, id);
      const kept = await library.keptCheckpoints(id);
      return {
        items: checkpointEpochs(kept).flatMap((epoch) =>
          study.variants.map(({ name: variant }) => ({
            ...{ epoch, variant },
            replicates: kept.filter((row) => row.epoch === epoch && row.variant === variant).length,
          })),
        ),
      };
    },
    weights: async ({ study: id, epoch: wanted }) => {
      const study = await storedStudy(library, id);
      const epochs = checkpointEpochs(await library.keptCheckpoints(id));
      return asked(weightsOf(study, chosenCheckpoint(study, epochs, wanted)));
    },
    classes: async ({ study: id, epoch: wanted }) => {
      const study = await storedStudy(library, id);
      const epoch = await chosenEpoch(library, study, wanted);
      const variants = await asked(classesOf(study, epoch, pools.one));
      return { epoch, variants };
    },
    subgroups: async ({ study: id, epoch: wanted, ...choice }) => {
      const study = await storedStudy(library, id);
      const epoch = await chosenEpoch(library, study, wanted);
      const key = await keyOf(JSON.stringify(['subgroups', choice]), study, epoch);
      return asked(
        keptClasses.get(key, async () =>
          subgroupsAtEpoch(pools.one, study, await predictedOf(study, epoch), choice),
        ),
      );
    },
    confusion: async ({ study: id, epoch: wanted, first, second }) => {
      const study = await storedStudy(library, id);
      const epoch = await chosenEpoch(library, study, wanted);
      return { epoch, ...confusionOf(await predictedOf(study, epoch), first, second) };
    },
    compare: async ({ first, second, ...number }) => {
      const [one, other] = [
        await storedStudy(library, first.study),
        await storedStudy(library, second.study),
      ];
      const revisions = await Promise.all([one, other].map(({ id }) => library.studyRevision(id)));
      const sides = { first: { ...first, study: one }, second: { ...second, study: other }, ...number };
      const key = JSON.stringify(['compare', first, second, number, revisions]);
      return asked(kept.get(key, () => compareStudies(library, pools.one, metricsOf, sides)));
    },
    certificate: async ({ study: id, epoch: wanted }) => {
      const study = await storedStudy(library, id);
      const epoch = await chosenEpoch(library, study, wanted);
      const certificate = await asked(certificateOf(study, epoch, pools.one));
      return { certificate, text: certificateText(certificate) };
    },
    async *weightsByEpoch({ study: id }, { signal }) {
      const study = await storedStudy(library, id);
      const epochs = checkpointEpochs(await library.keptCheckpoints(id));
      for (const [position, epoch] of epochs.entries()) {
        if (signal.aborted) return;
        const { variants } = await asked(weightsOf(study, epoch));
        yield { epoch, position: position + 1, epochs: epochs.length, variants };
      }
    },
  };
}

async function readPredictions(library: LibraryClient, { id, datasetHash }: StudyDetail, epoch: number) {
  const rows = await library.predictionsAt(id, epoch);
  const dataset = datasetHash === null ? null : await library.dataset(datasetHash);
  const classNames = dataset === null ? null : classNamesOf(dataset.identity);
  const attributeNames = dataset === null ? null : attributeNamesOf(dataset.identity);
  const { examples, data } = predictionsFromRows(rows.map(({ classes }) => classes));
  return {
    epoch,
    replicates: rows.map(({ replicateId, variant, index }) => ({ id: replicateId, variant, index })),
    examples,
    classes: data,
    labels: dataset?.testLabels ?? null,
    classNames: attributeNames === null ? classNames : answerNames,
    attributeNames,
  };
}

/** @throws NoisefloorError `nothing-recorded`, `invalid-epoch`. */
function chosenCheckpoint(
  { id, name }: StudyDetail,
  epochs: readonly number[],
  wanted: number | null,
): number {
  const epoch = wanted ?? epochs.at(-1);
  if (epoch !== undefined && epochs.includes(epoch)) return epoch;
  const when = wanted === null ? '' : ` after epoch ${wanted}`;
  throw new NoisefloorError(
    epochs.length === 0 ? 'nothing-recorded' : 'invalid-epoch',
    `No replicate of ${name} that counts has kept its weights${when}.`,
    { details: { study: id, epoch: wanted } },
  );
}

/** The memory of what replicates recorded, which nobody else was given: all but a little of what an analysis takes. */
function recordedBuffers({ variants }: Awaited<ReturnType<typeof readStudyAtEpoch>>): ArrayBuffer[] {
  const arrays = variants.flatMap(({ replicates }) =>
    replicates.flatMap(({ predictions, fingerprints, weights }) => [
      ...(predictions === null ? [] : [predictions]),
      ...(fingerprints === null ? [] : [fingerprints.values]),
      ...(weights ?? []).map(({ data }) => data),
    ]),
  );
  return [...new Set(arrays.map(({ buffer }) => buffer))].filter((buffer) => buffer instanceof ArrayBuffer);
}
