import type { LibraryClient } from '../../library/client.ts';
import type { StudyDetail } from '../../library/studies.ts';
import type { Study } from '../../study/study.ts';
import type { TrainedTask } from './figureFile.ts';
import { matchInStudy } from './matchingStudy.ts';
import type { ReproductionPlan } from './reproductionPlan.ts';

/** How studies are trained; both give the study as it then is. */
export interface StudyTrainer {
  begin(study: Study): Promise<StudyDetail>;
  /** @param only the ids of the replicates that are wanted. */
  goOn(study: StudyDetail, only: readonly string[]): Promise<StudyDetail>;
}

/**
 * Trains what a figure lacks, one study after the other.
 * @returns every system with its study, or the study that did not come to its end: the next start goes on with it.
 */
export async function trainTasks(
  library: LibraryClient,
  { tasks }: ReproductionPlan,
  trainer: StudyTrainer,
): Promise<{ trained: TrainedTask[] } | { unfinished: StudyDetail }> {
  const trained: TrainedTask[] = [];
  for (const { name, task, study, match: known } of tasks) {
    if (known?.isEnough === true) {
      trained.push({ name, task, study, match: known });
      continue;
    }
    const detail =
      known === null
        ? await trainer.begin(study)
        : await trainer.goOn(
            known.detail,
            known.variants.flatMap(({ left }) => left),
          );
    const match = await matchInStudy(library, detail, study);
    if (match?.isEnough !== true) return { unfinished: detail };
    trained.push({ name, task, study, match });
  }
  return { trained };
}
