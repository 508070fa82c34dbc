import type { Implementation } from '../../contract/procedure.ts';
import type { StudioContract } from '../../contract/studio.ts';
import { defaultImplementation } from '../../determinism/repeatability.ts';
import type { LibraryClient } from '../../library/client.ts';
import { presetCommand } from '../../study/commandLine.ts';
import { datasetKinds } from '../../study/datasetKinds.ts';
import { describeVariant, studyNotes } from '../../study/description.ts';
import { NoisefloorError } from '../../study/errors.ts';
import { parseStudy } from '../../study/parse.ts';
import { presets } from '../../study/presetList.ts';
import { withKnownData } from '../../study/presets.ts';
import type { StudyProblem } from '../../study/problem.ts';
import { effectiveSources } from '../../study/sources.ts';
import type { Study } from '../../study/study.ts';
import { storedDataset, storeStudy } from '../planStudy.ts';
import { readKerasFile } from '../networks/readKerasFile.ts';
import { prepareStudy, type Preparation, type TrialRunner } from '../prepareStudy.ts';
import type { KnownDatasets } from '../datasets/knownDatasets.ts';
import type { DataFolders } from './dataFolders.ts';
import type { Preparations } from './preparations.ts';
import { studyFile } from './studyFile.ts';
import { told } from './told.ts';

type Planning = Implementation<StudioContract>['planning'];
type PreparedEvent = { type: 'preparing'; message: string } | { type: 'prepared'; preparation: Prepared };
type Prepared = ReturnType<typeof describePreparation>;

/** Planning studies: validating drafts, measuring a few of their steps, storing them. */
export function planningProcedures(means: {
  library: LibraryClient;
  runTrial: TrialRunner;
  dataFolders: DataFolders;
  knownDatasets: KnownDatasets;
  preparations: Preparations;
}): Planning {
  const { library, runTrial, dataFolders, knownDatasets, preparations } = means;
  let preparing = false;
  return {
    presets: async () => {
      const known = (await knownDatasets.readable()).map(({ dataset }) => dataset);
      return { items: presets.map((preset) => withKnownData(preset, known)) };
    },
    datasetKinds: async () => {
      const known = await knownDatasets.readable();
      return {
        items: datasetKinds,
        known: known.map(({ name, dataset, examples, classes }) => ({ name, dataset, examples, classes })),
      };
    },
    validate: ({ draft }) => Promise.resolve(validate(draft)),
    network: async ({ path }) => {
      const file = await dataFolders.admitFile(path);
      return { network: { name: 'keras-file', path: file, topology: await readKerasFile(file) } };
    },
    async *prepare({ study: given, parallel }, { signal }): AsyncGenerator<PreparedEvent> {
      const study = await dataFolders.admit(parseStudy(given));
      if (preparing) {
        throw new NoisefloorError(
          'preparing-already',
          'Another study is being measured, and two at once would slow each other down. Wait for it, or cancel it.',
        );
      }
      preparing = true;
      try {
        const preparation = yield* told<PreparedEvent, Preparation>((tell) =>
          prepareStudy({
            study,
            parallel,
            judgesRepeatability: true,
            runTrial,
            onEvent: (event) => {
              if (event.type === 'preparing') tell({ type: 'preparing', message: event.message });
            },
            signal,
          }),
        );
        const id = preparations.keep(study, preparation);
        yield { type: 'prepared', preparation: describePreparation(id, study, preparation) };
      } finally {
        preparing = false;
      }
    },
    create: async ({ study: given, preparation: id }) => {
      const study = await dataFolders.admit(parseStudy(given));
      const preparation = preparations.of(study, id);
      const data = preparation === null ? null : storedDataset(preparation.dataset);
      const stored = await storeStudy(library, study, data);
      return { study: stored.id, remarks: stored.notes };
    },
  };
}

function validate(draft: unknown): Awaited<ReturnType<Planning['validate']>> {
  try {
    const study = parseStudy(draft);
    return {
      meaning: {
        study,
        file: studyFile(study),
        presetCommand: presetCommand(study),
        variants: study.variants.map((variant) => ({
          name: variant.name,
          description: describeVariant(variant, study.task),
        })),
        sources: effectiveSources(study.task),
        remarks: studyNotes(study),
      },
      problems: [],
    };
  } catch (error) {
    if (error instanceof NoisefloorError && error.code === 'invalid-study') {
      return { meaning: null, problems: (error.details.problems ?? []) as StudyProblem[] };
    }
    throw error;
  }
}

function describePreparation(id: string, study: Study, preparation: Preparation) {
  const { measured, parallel, machine, parameters, repeatability } = preparation;
  const { testLabels: _, ...dataset } = preparation.dataset;
  if (repeatability === null)
    throw new RangeError('A study is planned knowing whether its device repeats itself.');
  const { implementation, sentence } = defaultImplementation(repeatability, study.replicates);
  const pace = measured.find(({ processes }) => processes === parallel)?.examplesPerSecond ?? 0;
  const examples =
    study.replicates * study.variants.length * study.task.recipe.epochs * dataset.examples.train;
  return {
    id,
    dataset,
    machine,
    parameters,
    repeatability,
    implementation: { suits: implementation, sentence },
    measured,
    parallel,
    estimatedSeconds: pace > 0 ? examples / pace : null,
  };
}
