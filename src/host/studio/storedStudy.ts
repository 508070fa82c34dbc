import type { LibraryClient } from '../../library/client.ts';
import type { StudyDetail } from '../../library/studies.ts';
import { NoisefloorError } from '../../study/errors.ts';

/**
 * The study with exactly this id. The library also finds studies by a name or a beginning, which is right for what a
 * person types and wrong for what a page says: the study it means may have been deleted meanwhile.
 * @throws NoisefloorError `study-unknown`.
 */
export async function storedStudy(library: LibraryClient, id: string): Promise<StudyDetail> {
  const study = await library.study(id);
  if (study.id !== id) {
    throw new NoisefloorError('study-unknown', `There is no study ${id} any more.`, {
      details: { reference: id },
    });
  }
  return study;
}
