import type { Interval } from '../../src/analysis/interval.ts';
import { hundredths } from '../../src/analysis/wording.ts';
import { conditionOf } from './condition.ts';

/** Churn of a variant's replicates. */
export interface VariantChurn {
  readonly name: string;
  readonly replicates: number;
  readonly churn: { readonly mean: number | null; readonly interval: Interval | null };
}

/** What the page of churn says in words. */
export function churnSentence(variants: readonly VariantChurn[], examples: number, epoch: number): string {
  const named = (name: string): VariantChurn | undefined =>
    variants.find((variant) => variant.name.toUpperCase() === name);
  const known = variants.filter(({ churn }) => churn.mean !== null);
  const lead = [named('ALGO+IMPL'), named('ALGO'), ...known].find(
    (variant) => (variant?.churn.mean ?? 0) > 0,
  );
  const caption = `after epoch ${epoch}`;
  const many = examples.toLocaleString('en');
  if (lead === undefined) {
    return known.length === 0
      ? 'One replicate of a variant has no churn: it takes two that can disagree.'
      : `Within every variant shown, all replicates predict the same class for each of the ${many} test examples (${caption}).`;
  }
  const parts = [
    `Two replicates disagree on ${amount(lead)} of ${many} test examples (${caption}) ${conditionOf(lead.name)}`,
  ];
  const implementation = named('IMPL');
  if (implementation !== undefined && implementation !== lead && implementation.churn.mean !== null) {
    parts.push(
      implementation.churn.mean === 0
        ? 'implementation noise alone changes no prediction'
        : `under implementation noise alone on ${amount(implementation)}`,
    );
  }
  const control = named('CONTROL');
  if (control?.churn.mean === 0) parts.push('CONTROL replicates never disagree');
  else if (control !== undefined && control !== lead && control.churn.mean !== null)
    parts.push(
      `CONTROL replicates disagree too, on ${amount(control)}, so something that the study holds fixed still varies`,
    );
  return `${parts.join('; ')}.`;
}

function amount({ churn: { mean, interval } }: VariantChurn): string {
  return hundredths(mean ?? 0, realInterval(interval));
}

/** A churn beside a picture of it: `6.42 %`. */
export function churnPercent(fraction: number): string {
  return fraction === 0 ? '0 %' : `${(100 * fraction).toFixed(fraction < 0.1 ? 2 : 1)} %`;
}

/** An interval of no width but rounding says nothing of how many digits to show: null. */
export function realInterval(interval: Interval | null): Interval | null {
  return interval !== null && interval.high - interval.low > 1e-9 ? interval : null;
}
