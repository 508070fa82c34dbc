import type { ClassMeasure, ClassSd } from '../../src/analysis/measures/classAccuracy.ts';
import { conditionOf } from './condition.ts';
import { digits, endsText } from './format.ts';

/** How a variant's accuracy on each class spreads. */
export interface VariantClasses extends ClassMeasure {
  readonly name: string;
  readonly replicates: number;
}

export function className({ name, class: index }: Pick<ClassSd, 'name' | 'class'>): string {
  return name ?? `class ${index}`;
}

/** The variant whose noise is that of ordinary training, of those that spread. */
function leadOf(variants: readonly VariantClasses[]): VariantClasses | undefined {
  const named = (name: string): VariantClasses | undefined =>
    variants.find((variant) => variant.name.toUpperCase() === name);
  return [named('ALGO+IMPL'), named('ALGO'), ...variants].find((variant) => variant?.perClassRatio);
}

/** What the page of classes says in words. @param many what test examples are sorted by. */
export function classesSentence(
  variants: readonly VariantClasses[],
  epoch: number,
  many: 'classes' | 'attributes' = 'classes',
): string {
  const lead = leadOf(variants);
  const known = variants.filter(({ topLine }) => topLine?.sd !== null && topLine !== null);
  if (lead === undefined) {
    return known.length === 0
      ? 'One replicate of a variant shows no spread: it takes two.'
      : `Within every variant shown, the accuracy over all ${many} is the same in every replicate (after epoch ${epoch}).`;
  }
  const { perClassRatio: ratio, perClassSd, topLine } = lead;
  const largest = perClassSd?.find((each) => each.class === ratio?.class);
  const whole = topLine?.sd ?? null;
  if (ratio === null || largest === undefined || largest.sd === null || whole === null) return '';
  const first = `Accuracy on ${className(largest)} spreads most, with an SD of ${digits(largest.sd, largest.sdInterval, 100)} percentage points (after epoch ${epoch}) ${conditionOf(lead.name)}: ${ratio.ratio.toFixed(1)} times the ${digits(whole, topLine?.sdInterval ?? null, 100)} of the accuracy over all ${many}.`;
  if (ratio.null === null) return first;
  const { low, high } = ratio.null;
  const chance = `independent errors alone give a ratio of ${low.toFixed(1)} to ${high.toFixed(1)}`;
  if (ratio.insideNull === true) return `${first} That is no more than sampling noise: ${chance}.`;
  return ratio.ratio > high
    ? `${first} That is more than chance explains: ${chance}.`
    : `${first} That is even less than chance: ${chance}.`;
}

/** How many classes of a variant spread more than independent errors would let nineteen of twenty spread. */
export function aboveChance({ perClassSd }: VariantClasses): { above: number; of: number } | null {
  const known = (perClassSd ?? []).filter(({ sd, independent }) => sd !== null && independent !== null);
  if (known.length === 0) return null;
  const above = known.filter(({ sd, independent }) => (sd ?? 0) > (independent?.high ?? 0)).length;
  return { above, of: known.length };
}

/** An SD in percentage points with its interval: `1.2 (95 % interval 0.9 to 2.1)`. */
export function spreadText({ sd, sdInterval }: Pick<ClassSd, 'sd' | 'sdInterval'>): string {
  if (sd === null) return 'unknown';
  if (sd === 0 || sdInterval === null) return sd === 0 ? '0' : digits(sd, null, 100);
  return `${digits(sd, sdInterval, 100)} (95\u00a0% interval ${endsText(sd, sdInterval, 100)})`;
}
