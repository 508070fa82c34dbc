import type { Implementation } from '../../contract/procedure.ts';
import type { libraryProcedures } from '../../contract/setup.ts';
import type { StudioContract } from '../../contract/studio.ts';
import { AnalysisPool } from '../analysisPool.ts';
import { purgeStudies } from '../deleteStudy.ts';
import type { LibraryClient } from '../../library/client.ts';
import type { KnownDatasets } from '../datasets/knownDatasets.ts';
import { DataFolders } from './dataFolders.ts';
import { draftProcedures } from './draftProcedures.ts';
import { EngineSetup, type EnginePreparer } from './engineSetup.ts';
import { datasetProcedures } from './datasetProcedures.ts';
import { figureProcedures } from './figureProcedures.ts';
import { importProcedures } from './importProcedures.ts';
import { measureProcedures } from './measureProcedures.ts';
import { overheadProcedures } from './overheadProcedures.ts';
import { planningProcedures } from './planningProcedures.ts';
import { Preparations } from './preparations.ts';
import { replicateProcedures } from './replicateProcedures.ts';
import { Runs } from './runProcedures.ts';
import type { RunMeans } from './runTask.ts';
import { purgeMoment, studyProcedures } from './studyProcedures.ts';

type Parts = Awaited<ReturnType<Implementation<StudioContract>['setup']['parts']>>['items'];

/** What a studio needs of the program that it is part of. */
export interface StudioMeans extends RunMeans {
  /** Folders that a window may name data in, beside the data of stored studies. */
  dataFolders: readonly string[];
  /** The data sets that a person added or fetched: a window may name those too. */
  knownDatasets: KnownDatasets;
  /** Opens another library, making it: what is taken in is put together beside. */
  openLibrary: (file: string) => Promise<LibraryClient>;
  /** Sets up what training needs. */
  prepareEngine: EnginePreparer;
  /** Looks at every part that training needs. */
  inspectParts: () => Promise<Parts>;
}

type Whole = Implementation<StudioContract>;

/** A host's side of the contract for one library: one for all windows that show it, and independent of any. */
export interface Studio {
  /** All but which library a window shows, which is the window's own. */
  implementation: Omit<Whole, 'setup'> & { setup: Omit<Whole['setup'], keyof typeof libraryProcedures> };
  /** Stops what runs after the steps at hand and ends the threads; the library stays open. */
  close(): Promise<void>;
}

/**
 * Makes the studio of a library. What was thrown away too long ago is deleted for good.
 * @throws NoisefloorError what the library throws.
 */
export async function openStudio(means: StudioMeans): Promise<Studio> {
  const { library } = means;
  await purgeStudies(library, purgeMoment(Date.now()));
  const dataFolders = new DataFolders(means.dataFolders, means.knownDatasets);
  const preparations = new Preparations();
  const engine = new EngineSetup(means.prepareEngine);
  const runs = new Runs(means, preparations);
  const pools = {
    all: new AnalysisPool(),
    one: new AnalysisPool(1),
    ahead: new AnalysisPool(1),
    drawing: new AnalysisPool(1),
  };
  const measures = measureProcedures(library, pools);
  return {
    implementation: {
      studies: studyProcedures(library, runs),
      replicates: replicateProcedures(library),
      measures,
      figures: figureProcedures(library, measures, pools.drawing),
      overheads: overheadProcedures(library, measures),
      imports: importProcedures({ ...means, dataFolders }),
      drafts: draftProcedures(library),
      datasets: datasetProcedures(library, dataFolders),
      planning: planningProcedures({ ...means, dataFolders, preparations }),
      runs: runs.procedures(),
      setup: {
        folders: ({ folder, files }) => dataFolders.inside(folder, files),
        prepareEngine: (_, context) => engine.prepare(context),
        library: async () => ({ path: await library.path(), dataFolders: dataFolders.folders }),
        parts: async () => ({ items: await means.inspectParts() }),
      },
    },
    close: async () => {
      await runs.close();
      await Promise.all(Object.values(pools).map((pool) => pool.close()));
    },
  };
}
