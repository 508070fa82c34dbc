import type { LibraryClient } from '../library/client.ts';
import type { StudyDetail } from '../library/studies.ts';
import { NoisefloorError } from '../study/errors.ts';
import { refuseImported } from '../study/origin.ts';
import { applyOverrides } from '../study/overrides.ts';
import { planReplicates } from '../study/plan.ts';

/**
 * Plans more replicates of a stored study; those it has stay as they are.
 * @param replicates of each variant, as a person wrote it.
 * @returns the study with its new replicates.
 * @throws NoisefloorError `invalid-study` for anything but a whole number in range, `invalid-replicates` for fewer than
 *   the study has.
 */
export async function extendStudy(
  library: LibraryClient,
  detail: StudyDetail,
  replicates: string,
): Promise<StudyDetail> {
  refuseImported(detail.study);
  const study = applyOverrides(detail.study, [`replicates=${replicates}`]);
  if (study.replicates < detail.study.replicates) {
    throw new NoisefloorError(
      'invalid-replicates',
      `${detail.name} has ${detail.study.replicates} replicates of each variant already; it can be extended to more, not cut to ${study.replicates}.`,
    );
  }
  await library.extendStudy(detail.id, study, planReplicates(study, detail.id, detail.datasetHash));
  return library.study(detail.id);
}
