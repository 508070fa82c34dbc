import type { Study } from '../../study/study.ts';

/** A study as the text of a study file. */
export function studyFile(study: Study): string {
  return `${JSON.stringify(study, null, 2)}\n`;
}
