import { detectableDifference } from '../../../src/analysis/detectableDifference.ts';
import { standardDeviationFactors } from '../../../src/analysis/standardDeviation.ts';

/** What a number of replicates can show; null where it is too small to show anything. */
export interface Precision {
  readonly replicates: number;
  /** Ends of the 95 % interval of an SD, as multiples of the SD that is seen. */
  readonly low: number | null;
  readonly high: number | null;
  /** Smallest difference of two variants' means that is found in four of five studies, in SDs. */
  readonly difference: number | null;
  /** Pairs that churn is averaged over. */
  readonly pairs: number;
}

export function precisionOf(replicates: number): Precision {
  const factors = standardDeviationFactors(replicates);
  return {
    replicates,
    low: factors?.low ?? null,
    high: factors?.high ?? null,
    difference: detectableDifference(replicates, 1),
    pairs: (replicates * (replicates - 1)) / 2,
  };
}

/** What a number of replicates can and cannot show, in a sentence. */
export function precisionSentence({ replicates, low, high, difference, pairs }: Precision): string {
  if (low === null || high === null || difference === null) {
    return 'One replicate of each variant shows no spread at all: noise is the difference between replicates, and that takes two.';
  }
  const span = `the true SD can be ${low.toFixed(2)} to ${high.toFixed(2)} times the one that is seen`;
  const found = `two means that lie ${difference.toFixed(2)} SDs apart are told apart four times out of five`;
  return `With ${replicates} replicates, ${span}; ${found}. Churn is averaged over ${pairs} ${pairs === 1 ? 'pair' : 'pairs'}.`;
}

/** What few replicates do not allow; null from ten on. */
export function fewReplicatesWarning(replicates: number): string | null {
  if (replicates < 2) return null;
  if (replicates < 5)
    return 'Fewer than 5 replicates are good for a first look: the interval of an SD spans a factor of more than six, so SDs of two variants do not compare.';
  return replicates < 10
    ? 'Fewer than 10 replicates compare means well, but SDs of two variants must differ two- to threefold before it shows.'
    : null;
}
