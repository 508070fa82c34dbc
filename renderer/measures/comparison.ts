import { brownForsythe, fewestToCompare } from '../../src/analysis/brownForsythe.ts';
import { listed } from './condition.ts';
import { counted } from './format.ts';
import type { Spread } from './spread.ts';

/** Whether the groups spread alike, in words; no verdict where there are too few replicates for one. */
export function comparisonSentence(spreads: readonly Spread[]): string {
  const moving = spreads.filter(({ sd }) => sd !== 0);
  const still = spreads.filter(({ sd }) => sd === 0).map(({ variant }) => variant);
  const few = moving.filter(({ points }) => points.length < fewestToCompare);
  const compared = moving.filter(({ points }) => points.length >= fewestToCompare);
  const leftOut = [
    still.length > 0 ? `${listed(still)} ${still.length === 1 ? 'does' : 'do'} not move at all` : '',
    few.length > 0
      ? `${listed(few.map(({ variant }) => variant))} ${few.length === 1 ? 'has' : 'have'} fewer than ${String(fewestToCompare)} replicates`
      : '',
  ].filter((part) => part !== '');
  const aside = leftOut.length === 0 ? '' : ` Left out: ${leftOut.join('; ')}.`;
  if (compared.length < 2) {
    return `No verdict on whether the SDs differ: that takes two groups of ${String(fewestToCompare)} replicates that move.${aside}`;
  }
  const test = brownForsythe(compared.map(({ points }) => points.map(({ value }) => value)));
  if (test === null) return `No verdict on whether the SDs differ: nothing moves.${aside}`;
  const names = listed(compared.map(({ variant }) => variant));
  const differ =
    test.pValue < 0.05
      ? `The SDs of ${names} differ by more than chance explains`
      : `The SDs of ${names} differ by no more than chance explains`;
  const numbers = `Brown-Forsythe F(${test.freedom.join(', ')}) = ${test.statistic.toFixed(2)}, ${probability(test.pValue)}`;
  return `${differ} (${numbers}; ${counted(compared.length, 'group')}).${aside}`;
}

function probability(value: number): string {
  return value < 0.001 ? 'p < 0.001' : `p = ${value.toPrecision(2)}`;
}
