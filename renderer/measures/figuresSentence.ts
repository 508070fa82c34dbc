import type { FigureEdits } from '../../src/figures/edits.ts';
import { listAnd } from '../../src/study/nearest.ts';
import { isAsItComes } from './figureEdits.ts';
import { counted } from './format.ts';

interface Listed {
  readonly title: string;
  readonly available: boolean;
  readonly edits: FigureEdits | null;
}

const mostNamed = 3;

/** How many figures can be made of a study, and which of them a person changed. */
export function figuresSentence(study: string, figures: readonly Listed[]): string {
  const made = figures.filter(({ available }) => available);
  const changed = made.filter(({ edits }) => !isAsItComes(edits));
  const can = `${made.length} of ${counted(figures.length, 'figure')} can be made of ${study}`;
  if (changed.length === 0) return `${can}; all are as they come.`;
  const named =
    changed.length <= mostNamed ? listAnd(changed.map(({ title }) => title)) : `${changed.length} of them`;
  const differ = changed.length === 1 ? 'is changed from how it comes' : 'are changed from how they come';
  return `${can}; ${named} ${differ}.`;
}
