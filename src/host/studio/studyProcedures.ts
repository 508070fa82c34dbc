import { standardDeviation, standardDeviationInterval } from '../../analysis/standardDeviation.ts';
import { mean } from '../../analysis/mean.ts';
import type { Implementation } from '../../contract/procedure.ts';
import type { StudioContract } from '../../contract/studio.ts';
import type { LibraryClient } from '../../library/client.ts';
import type { FinalAccuracy } from '../../library/finalAccuracies.ts';
import { classNamesOf } from '../../library/classNames.ts';
import type { StoredDataset } from '../../library/datasets.ts';
import { describeVariant, studyNotes } from '../../study/description.ts';
import { originNotes, variantOfLogs } from '../../study/origin.ts';
import { discardStudy } from '../deleteStudy.ts';
import { storeStudy } from '../planStudy.ts';
import type { Runs } from './runProcedures.ts';
import { storedStudy } from './storedStudy.ts';
import { studyFile } from './studyFile.ts';

/** How long what was thrown away can be taken back, in days. */
export const daysToRestore = 30;
const millisecondsOfDay = 24 * 60 * 60 * 1000;

/** Studies that were thrown away before this moment are gone for good. */
export function purgeMoment(now: number): string {
  return new Date(now - daysToRestore * millisecondsOfDay).toISOString();
}

/** The studies of a library: listing, naming, copying, throwing away and taking back. */
export function studyProcedures(
  library: LibraryClient,
  runs: Runs,
): Implementation<StudioContract>['studies'] {
  return {
    list: async () => {
      const [studies, accuracies] = await Promise.all([library.listStudies(), library.finalAccuracies()]);
      return { items: studies.map((study) => ({ ...study, results: resultsOf(study.id, accuracies) })) };
    },
    detail: ({ study: id }) => describeStudy(library, id),
    file: async ({ study: id }) => {
      const { name, study } = await storedStudy(library, id);
      return { name, text: studyFile(study) };
    },
    rename: async ({ study: id, name }) => {
      await storedStudy(library, id);
      await library.renameStudy(id, name);
      return null;
    },
    setNotes: async ({ study: id, notes }) => {
      await storedStudy(library, id);
      await library.setStudyNotes(id, notes);
      return null;
    },
    duplicate: async ({ study: id, name }) => {
      const { study, datasetHash } = await storedStudy(library, id);
      const data = datasetHash === null ? null : await library.dataset(datasetHash);
      const stored = await storeStudy(library, { ...study, name }, data);
      return { study: stored.id };
    },
    discard: async ({ study: id }) => {
      runs.refuseWhileRunning(id);
      await storedStudy(library, id);
      return withEnd(await discardStudy(library, id));
    },
    discarded: async () => ({ items: (await library.discardedStudies()).map(withEnd) }),
    restore: async ({ study: id }) => {
      await library.restoreStudy(id);
      return null;
    },
  };
}

/** A study as pages show it. @throws NoisefloorError `study-unknown`. */
export async function describeStudy(
  library: LibraryClient,
  id: string,
): ReturnType<Implementation<StudioContract>['studies']['detail']> {
  const study = await storedStudy(library, id);
  const [recorded, dataset] = await Promise.all([
    library.predictionEpochs(id),
    study.datasetHash === null ? null : library.dataset(study.datasetHash),
  ]);
  const { datasetHash: _, ...shown } = study;
  const { origin } = study.study;
  return {
    ...shown,
    variants: study.variants.map((variant) => ({
      variant,
      description: origin === undefined ? describeVariant(variant, study.study.task) : variantOfLogs,
    })),
    dataset: dataset === null ? null : describeDataset(dataset),
    recorded,
    remarks: origin === undefined ? studyNotes(study.study) : originNotes(origin),
  };
}

function withEnd<Study extends { discarded: string }>(study: Study): Study & { gone: string } {
  const gone = new Date(Date.parse(study.discarded) + daysToRestore * millisecondsOfDay);
  return { ...study, gone: gone.toISOString() };
}

function resultsOf(study: string, accuracies: readonly FinalAccuracy[]) {
  const variants = new Map<string, number[]>();
  for (const { studyId, variant, accuracy } of accuracies) {
    if (studyId === study) variants.set(variant, [...(variants.get(variant) ?? []), accuracy]);
  }
  return [...variants].map(([variant, values]) => ({
    variant,
    accuracies: values,
    mean: mean(values),
    sd: standardDeviation(values),
    sdInterval: standardDeviationInterval(values),
  }));
}

function describeDataset({ hash, identity, testLabels }: StoredDataset) {
  return { hash, identity, classNames: classNamesOf(identity), testExamples: testLabels.length };
}
