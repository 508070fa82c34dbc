import { draftProcedures } from './drafts.ts';
import { datasetProcedures } from './datasets.ts';
import { figureProcedures } from './figures.ts';
import { importProcedures } from './imports.ts';
import { measureProcedures } from './measures.ts';
import { overheadProcedures } from './overheads.ts';
import { planningProcedures } from './planning.ts';
import { replicateProcedures } from './replicates.ts';
import { runProcedures } from './runs.ts';
import { setupProcedures } from './setup.ts';
import { studyProcedures } from './studies.ts';

/** All that a window and a host say to each other. */
export const studioContract = {
  studies: studyProcedures,
  replicates: replicateProcedures,
  measures: measureProcedures,
  figures: figureProcedures,
  overheads: overheadProcedures,
  imports: importProcedures,
  datasets: datasetProcedures,
  planning: planningProcedures,
  drafts: draftProcedures,
  runs: runProcedures,
  setup: setupProcedures,
};
export type StudioContract = typeof studioContract;
