import { rateNames, type RateName } from '../../src/analysis/attributeRates.ts';
import type { Subgroup } from '../../src/analysis/subgroups.ts';
import { conditionOf } from './condition.ts';
import { digits } from './format.ts';

/** The subgroups of a variant; all test examples come first. */
export interface VariantSubgroups {
  readonly name: string;
  readonly replicates: number;
  readonly groups: readonly Subgroup[];
}

/** What rates are called. */
export const rateLabels: Readonly<Record<RateName, string>> = {
  accuracy: 'Accuracy',
  falsePositiveRate: 'False-positive rate',
  falseNegativeRate: 'False-negative rate',
};

/** Which spreads most against all test examples. */
function mostOf({ groups }: VariantSubgroups): { group: Subgroup; rate: RateName; ratio: number } | null {
  const found = groups.flatMap((group) =>
    rateNames.flatMap((rate) => {
      const { ratio } = group.rates[rate];
      return ratio === null ? [] : [{ group, rate, ratio }];
    }),
  );
  const [first, ...others] = found;
  return first === undefined
    ? null
    : others.reduce((best, each) => (each.ratio > best.ratio ? each : best), first);
}

/** What the panel of subgroups says in words. */
export function subgroupsSentence(variants: readonly VariantSubgroups[]): string {
  const named = (name: string): VariantSubgroups | undefined =>
    variants.find((variant) => variant.name.toUpperCase() === name);
  const lead = [named('ALGO+IMPL'), named('ALGO'), ...variants].find(
    (variant) => variant !== undefined && mostOf(variant) !== null,
  );
  const most = lead === undefined ? null : mostOf(lead);
  if (lead === undefined || most === null) return 'No rate of a subgroup spreads over the replicates shown.';
  const { group, rate, ratio } = most;
  const { sd, sdInterval, ratioInterval } = group.rates[rate];
  const interval =
    ratioInterval === null
      ? 'too few replicates for an interval'
      : `95\u00a0% interval ${ratioInterval.low.toFixed(1)} to ${ratioInterval.high.toFixed(1)}`;
  return `The ${rateLabels[rate].toLowerCase()} of ${group.name} (${group.examples.toLocaleString('en')} images) spreads most against all ${conditionOf(lead.name)}: an SD of ${digits(sd ?? 0, sdInterval, 100)} percentage points, ${ratio.toFixed(1)} times that of all images (${interval}).`;
}
