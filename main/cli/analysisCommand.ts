import { studySentences } from '../../src/analysis/sentences.ts';
import { analyseStudy, type StudyAnalysis } from '../../src/analysis/summary.ts';
import { readStudyAtEpoch } from '../../src/host/readStudy.ts';
import type { LibraryClient } from '../../src/library/client.ts';
import type { StudyDetail } from '../../src/library/studies.ts';
import { outputWidth, printJson, printNote, printText } from './output.ts';
import { analysisText } from './terminal/analysisTable.ts';

/** Reads and measures a study; `epoch` null is the last that was recorded. */
export async function analyse(
  library: LibraryClient,
  study: string,
  epoch: number | null,
): Promise<StudyAnalysis> {
  return analyseStudy(await readStudyAtEpoch(library, study, epoch));
}

/**
 * Prints what the replicates of a study say, at the end of a run. A study that was stopped before its first epoch has
 * nothing to say yet.
 */
export async function printAnalysisOf(
  library: LibraryClient,
  study: StudyDetail,
  options: { json: boolean },
): Promise<void> {
  const recorded = (await library.predictionEpochs(study.id)).length > 0;
  const where = { study: { id: study.id, name: study.name }, library: await library.path() };
  if (!recorded) {
    if (options.json) {
      printJson({ ...where, epoch: null, variants: [] });
    } else {
      printNote('No replicate has finished an epoch yet, so there is nothing to analyse.');
    }
    return;
  }
  const analysis = await analyse(library, study.id, null);
  if (options.json) {
    printJson({ ...where, ...analysis });
  } else {
    printText(analysisText(analysis, studySentences(analysis), outputWidth()));
  }
}
