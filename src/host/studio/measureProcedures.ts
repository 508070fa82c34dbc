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
/** The numbers of every epoch of 1,000 replicates take 15 MB. */
const mostMetrics = 4;

/** What studies measured. What was computed is kept until the study changes. */
export function measureProcedures(
  library: LibraryClient,
  pools: { all: AnalysisPool; one: AnalysisPool },
): Implementation<StudioContract>['measures'] {
  const kept = new KeptResults(mostMatrices);
  const keptEpochs = new KeptResults(mostEpochs);
  const keptMetrics = new KeptResults(mostMetrics);
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
      const rows = await library.predictionsAt(id, epoch);
      const dataset = study.datasetHash === null ? null : await library.dataset(study.datasetHash);
      const { examples, data } = predictionsFromRows(rows.map(({ classes }) => classes));
      return {
        epoch,
        replicates: rows.map(({ replicateId, variant, index }) => ({ id: replicateId, variant, index })),
        examples,
        classes: data,
        labels: dataset?.testLabels ?? null,
        classNames: dataset === null ? null : classNamesOf(dataset.identity),
      };
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
      return kept.get(await keyOf('churn', study, epoch), () =>
        churnAtEpoch(library, pools.all, study, epoch),
      );
    },
    async *churnByEpoch({ study: id }, { signal }) {
      const study = await storedStudy(library, id);
      const epochs = await recordedEpochs(library, id);
      for (const [position, epoch] of epochs.entries()) {
        if (signal.aborted) return;
        const variants = await keptEpochs.get(await keyOf('epoch', study, epoch), () =>
          epochChurn(library, pools.one, study, epoch),
        );
        yield { epoch, position: position + 1, epochs: epochs.length, variants };
      }
    },
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
