import { counted } from '../../measures/format.ts';
import type { ReplicateRow } from '../../stores/openStudy.ts';

/** What the page of replicates says first, from what it lists. */
export function replicatesSentence(replicates: readonly ReplicateRow[], variants: number): string {
  const finished = replicates.filter(({ status }) => status === 'finished').length;
  const whole = `${counted(replicates.length, 'replicate')} of ${counted(variants, 'variant')}`;
  const done = finished === replicates.length ? 'all finished' : `${finished.toLocaleString('en')} finished`;
  const seconds = replicates.reduce((sum, { trainSeconds }) => sum + trainSeconds, 0);
  const hours = seconds / 3600;
  const time =
    hours >= 1 ? counted(Number(hours.toFixed(1)), 'hour') : counted(Math.round(seconds / 60), 'minute');
  const trained = seconds === 0 ? 'nothing has been trained yet' : `they trained for ${time} in all`;
  return `${whole}: ${done}; ${trained}.`;
}
