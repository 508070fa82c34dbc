import type { EpochSelection } from '../study/study.ts';

/**
 * Whether something is recorded at an epoch; the last epoch always is.
 * @param epoch counted from 0.
 * @param epochs how many epochs the replicate trains.
 */
export function isSelected(selection: EpochSelection, epoch: number, epochs: number): boolean {
  if (epoch === epochs - 1 || selection === 'every') {
    return true;
  }
  return selection !== 'last' && selection.includes(epoch);
}
