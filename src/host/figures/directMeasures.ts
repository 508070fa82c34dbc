import { analyseStudy } from '../../analysis/summary.ts';
import type { LibraryClient } from '../../library/client.ts';
import { AnalysisPool } from '../analysisPool.ts';
import { certifyStudy } from '../certifyStudy.ts';
import { churnAtEpoch } from '../churnAtEpoch.ts';
import { predictedClasses } from '../classesAtEpoch.ts';
import { subgroupsAtEpoch, usualSubgroups } from '../subgroupsAtEpoch.ts';
import { readStudyAtEpoch } from '../readStudy.ts';
import { readCurves, readMeasured, type FigureMeasures } from './readMeasured.ts';

/** Measures as they are asked for, for as long as `use` takes. */
export async function withDirectMeasures<Result>(
  library: LibraryClient,
  use: (measures: FigureMeasures) => Promise<Result>,
): Promise<Result> {
  const pool = new AnalysisPool();
  try {
    return await use({
      library,
      measured: async (study, epoch) =>
        readMeasured(library, study, analyseStudy(await readStudyAtEpoch(library, study.id, epoch))),
      churn: (study, epoch) => churnAtEpoch(library, pool, study, epoch),
      curves: (study) => readCurves(library, study),
      subgroups: async (study, epoch) =>
        subgroupsAtEpoch(pool, study, await predictedClasses(library, study, epoch), usualSubgroups),
      partings: (study, epoch) => certifyStudy(library, pool, study.id, epoch),
    });
  } finally {
    await pool.close();
  }
}
