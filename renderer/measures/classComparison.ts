import type { ClassComparison } from '../../src/analysis/compareClasses.ts';
import { className } from './classesSentence.ts';
import { listed } from './condition.ts';
import { digits, endsText } from './format.ts';
import { probability } from '../../src/analysis/wording.ts';

const level = 0.05;
/** More classes than these are not named one by one. */
const mostNamed = 4;

export function differs({ adjusted }: ClassComparison): boolean {
  return adjusted !== null && adjusted < level;
}

/** On which classes two groups differ, in words. */
export function classComparisonSentence(
  classes: readonly ClassComparison[],
  { first, second }: { readonly first: string; readonly second: string },
): string {
  const tested = classes.filter(({ adjusted }) => adjusted !== null);
  if (tested.length === 0) {
    return 'No verdict by class: it takes two replicates of each whose accuracy moves.';
  }
  const found = tested.filter(differs).toSorted((one, other) => (one.adjusted ?? 1) - (other.adjusted ?? 1));
  if (found.length === 0) {
    const unadjusted = tested.filter(({ pValue }) => pValue !== null && pValue < level).length;
    const chance =
      unadjusted === 0
        ? ''
        : ` Without it ${unadjusted} would pass: of so many tests, one in twenty does by chance.`;
    return `No class is shown to differ: after Holm’s correction for ${tested.length} classes no p lies below 0.05.${chance}`;
  }
  const named = found
    .slice(0, mostNamed)
    .map((each) => `${className(each)} (by ${digits(each.difference ?? 0, each.interval, 100)} points)`);
  const rest = found.length - named.length;
  const all = rest > 0 ? `${named.join(', ')} and ${rest} more` : listed(named);
  const others = found.length === tested.length ? '' : ' That the others do not differ is not shown.';
  return `${second} differs from ${first} on ${found.length} of ${tested.length} classes: ${all}; p below 0.05 after Holm’s correction.${others}`;
}

/** A class in words. */
export function classComparisonText(
  each: ClassComparison,
  { first, second }: { readonly first: string; readonly second: string },
): string {
  const [one, other] = each.means.map((mean) => `${(100 * mean).toFixed(2)} %`);
  const difference =
    each.difference === null
      ? ''
      : `, a difference of ${digits(each.difference, each.interval, 100)} percentage points`;
  const ends =
    each.difference === null || each.interval === null
      ? ''
      : ` (95 % interval ${endsText(each.difference, each.interval, 100)})`;
  const test =
    each.pValue === null || each.adjusted === null
      ? '; nothing moves, so there is no test'
      : `; ${probability(each.pValue)}, after Holm ${probability(each.adjusted).replace('p ', '')}`;
  return `${className(each)}: ${first} ${one ?? ''}, ${second} ${other ?? ''}${difference}${ends}${test}`;
}
