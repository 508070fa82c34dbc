import { setTimeout as delay } from 'node:timers/promises';
import { predictionsFromRows } from '../../analysis/predictions.ts';
import type { Implementation } from '../../contract/procedure.ts';
import type { StudioContract } from '../../contract/studio.ts';
import type { LibraryClient } from '../../library/client.ts';
import type { StudyDetail } from '../../library/studies.ts';
import { NoisefloorError } from '../../study/errors.ts';
import type { AnalysisPool } from '../analysisPool.ts';
import { churnAtEpoch, epochChurn, recordedEpochs } from '../churnAtEpoch.ts';
import { lastRecordedEpoch, readStudyAtEpoch } from '../readStudy.ts';
import { KeptResults } from './keptResults.ts';
import { storedStudy } from './storedStudy.ts';
import { classNamesOf } from './studyProcedures.ts';

/** A churn matrix of 1,000 replicates takes 4 MB, an epoch's churn by variant next to nothing. */
const mostMatrices = 24;
const mostEpochs = 2000;
/** Matrices that are computed before they are asked for: fewer than are kept. */
const mostAhead = 12;
/** Between two of them, so that the library answers others first. */
const restMilliseconds = 100;
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
  const keptPredictions = new KeptResults(mostPredictions);
  let waiting = 0;
  let ahead: symbol | null = null;
  const asked = async <Value>(answer: Promise<Value>): Promise<Value> => {
    waiting += 1;
    try {
      return await answer;
    } finally {
      waiting -= 1;
    }
  };
  /** The matrices of the epochs nearest to one that was asked for, one at a time, on a thread that nobody waits for. */
  async function computeAhead(study: StudyDetail, epoch: number): Promise<void> {
    const mine = (ahead = Symbol(study.id));
    const epochs = await recordedEpochs(library, study.id).catch(() => []);
    const nearest = epochs
      .filter((other) => other !== epoch)
      .sort((left, right) => Math.abs(left - epoch) - Math.abs(right - epoch));
    for (const next of nearest.slice(0, mostAhead)) {
      do await delay(restMilliseconds, undefined, { ref: false });
      while (waiting > 0 && ahead === mine);
      // Another question has taken over, and its neighbours matter more.
      if (ahead !== mine) return;
      try {
        await kept.get(await keyOf('churn', study, next), () =>
          churnAtEpoch(library, pools.ahead, study, next),
        );
      } catch {
        // Nobody asked for it. Whoever does is told what is wrong; a studio that was closed asks nothing more.
        return;
      }
    }
  }
  const keyOf = async (what: string, { id }: StudyDetail, epoch: number): Promise<string> =>
    JSON.stringify([what, id, epoch, await library.studyRevision(id)]);
  return {
    metrics: async ({ study: id }) => {
      await storedStudy(library, id);
      const revision = await library.studyRevision(id);
      const { replicateIds: replicates, ...metrics } = await keptMetrics.get(
        JSON.stringify(['metrics', id, revision]),
        () => library.metrics(id),
      );
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
        return pools.one.compute('analysis', atEpoch, weightBuffers(atEpoch));
      });
    },
    churn: async ({ study: id, epoch: wanted }) => {
      const study = await storedStudy(library, id);
      const epoch = await chosenEpoch(library, study, wanted);
      const key = await keyOf('churn', study, epoch);
      const result = await asked(kept.get(key, () => churnAtEpoch(library, pools.all, study, epoch)));
      void computeAhead(study, epoch);
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
  };
}

async function readPredictions(library: LibraryClient, { id, datasetHash }: StudyDetail, epoch: number) {
  const rows = await library.predictionsAt(id, epoch);
  const dataset = datasetHash === null ? null : await library.dataset(datasetHash);
  const { examples, data } = predictionsFromRows(rows.map(({ classes }) => classes));
  return {
    epoch,
    replicates: rows.map(({ replicateId, variant, index }) => ({ id: replicateId, variant, index })),
    examples,
    classes: data,
    labels: dataset?.testLabels ?? null,
    classNames: dataset === null ? null : classNamesOf(dataset.identity),
  };
}

/** @throws NoisefloorError `nothing-recorded`, `invalid-epoch`. */
async function chosenEpoch(
  library: LibraryClient,
  study: StudyDetail,
  wanted: number | null,
): Promise<number> {
  if (wanted === null) return lastRecordedEpoch(library, study);
  const recorded = await recordedEpochs(library, study.id);
  if (recorded.includes(wanted)) return wanted;
  throw new NoisefloorError(
    recorded.length === 0 ? 'nothing-recorded' : 'invalid-epoch',
    `No replicate of ${study.name} that counts has predictions of epoch ${wanted}.`,
    { details: { study: study.id, epoch: wanted } },
  );
}

/** The memory of a study's weights, most of what an analysis is given. */
function weightBuffers({ variants }: Awaited<ReturnType<typeof readStudyAtEpoch>>): ArrayBuffer[] {
  const buffers = variants.flatMap(({ replicates }) =>
    replicates.flatMap(({ weights }) => (weights ?? []).map(({ data }) => data.buffer)),
  );
  return [...new Set(buffers)].filter((buffer) => buffer instanceof ArrayBuffer);
}
