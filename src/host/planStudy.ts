import { defaultImplementation, type Repeatability } from '../determinism/repeatability.ts';
import type { LibraryClient } from '../library/client.ts';
import type { StoredDataset } from '../library/datasets.ts';
import { newStudyId } from '../library/studyId.ts';
import { studyNotes } from '../study/description.ts';
import { refuseImported } from '../study/origin.ts';
import { planReplicates } from '../study/plan.ts';
import type { Study } from '../study/study.ts';
import { withImplementationNoise } from '../study/variant.ts';
import type { Preparation } from './prepareStudy.ts';

/**
 * Gives a study the implementation noise that suits the device.
 * @returns the study, and a sentence that says what was chosen and why.
 */
export function chooseImplementation(
  study: Study,
  repeatability: Repeatability,
): { study: Study; sentence: string } {
  const { implementation, sentence } = defaultImplementation(repeatability, study.replicates);
  return { study: { ...study, variants: withImplementationNoise(study.variants, implementation) }, sentence };
}

/** What a library keeps of the data set that a study was prepared on. */
export function storedDataset({ testLabels, ...identity }: Preparation['dataset']): StoredDataset {
  return { hash: identity.hash, identity, testLabels: Int32Array.from(testLabels) };
}

/**
 * Stores a study and its planned replicates in a library.
 * @param data what it is planned on; null where that is found out by the first replicate.
 * @returns its id, and what a person should know about its settings, one sentence each.
 * @throws NoisefloorError `study-imported`, and what the library throws.
 */
export async function storeStudy(
  library: LibraryClient,
  study: Study,
  data: StoredDataset | null,
): Promise<{ id: string; notes: string[] }> {
  refuseImported(study);
  const id = newStudyId(study.name);
  await library.createStudy(study, planReplicates(study, id, data?.hash ?? null), data);
  return { id, notes: studyNotes(study) };
}
