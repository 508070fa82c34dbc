import { counted, duration } from '../../measures/format.ts';
import type { ReplicateRow } from '../../stores/openStudy.ts';

/** What the page of replicates says first, from what it lists. */
export function replicatesSentence(replicates: readonly ReplicateRow[], variants: number): string {
  const finished = replicates.filter(({ status }) => status === 'finished').length;
  const whole = `${counted(replicates.length, 'replicate')} of ${counted(variants, 'variant')}`;
  const done = finished === replicates.length ? 'all finished' : `${finished.toLocaleString('en')} finished`;
  const seconds = replicates.reduce((sum, { trainSeconds }) => sum + trainSeconds, 0);
  const trained =
    seconds === 0
      ? finished === 0
        ? 'nothing has been trained yet'
        : 'how long they trained is not known'
      : `they trained for ${duration(seconds)} in all`;
  return `${whole}: ${done}; ${trained}.`;
}
