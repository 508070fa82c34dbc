import type { VariantWeights } from '../../src/analysis/variantWeights.ts';
import type { Interval } from '../../src/analysis/interval.ts';
import { conditionOf, listed } from './condition.ts';
import { realInterval } from './churnSentence.ts';
import { digits, endsText } from './format.ts';

/** What weights are compared by: as they are, or each replicate's divided by their own length. */
export const scalings = ['raw', 'normalised'] as const;
export type Scaling = (typeof scalings)[number];

/** A distance and its interval by one of the scalings. */
export interface ScaledDistance {
  readonly mean: number | null;
  readonly interval: Interval | null;
}

export function scaled(
  distance: {
    readonly mean: number | null;
    readonly interval: Interval | null;
    readonly normalizedMean: number | null;
    readonly normalizedInterval: Interval | null;
  },
  scaling: Scaling,
): ScaledDistance {
  return scaling === 'raw'
    ? { mean: distance.mean, interval: realInterval(distance.interval) }
    : { mean: distance.normalizedMean, interval: realInterval(distance.normalizedInterval) };
}

/** A distance with its interval: `12.31 (95 % interval 12.05 to 12.58)`. */
export function distanceText({ mean, interval }: ScaledDistance): string {
  if (mean === null) return 'unknown';
  if (mean === 0) return '0';
  const value = digits(mean, interval);
  return interval === null ? value : `${value} (95\u00a0% interval ${endsText(mean, interval, 1)})`;
}

function shortText({ mean, interval }: ScaledDistance): string {
  return digits(mean ?? 0, interval);
}

/** What the page of weights says in words. */
export function weightsSentence(
  variants: readonly VariantWeights[],
  scaling: Scaling,
  epoch: number,
): string {
  const named = (name: string): VariantWeights | undefined =>
    variants.find((variant) => variant.name.toUpperCase() === name);
  const known = variants.filter(({ trainable }) => trainable.mean !== null);
  const lead = [named('ALGO+IMPL'), named('ALGO'), ...known].find(
    (variant) => (variant?.trainable.mean ?? 0) > 0,
  );
  const caption = `after epoch ${epoch}`;
  if (lead === undefined) {
    return known.length === 0
      ? 'One replicate of a variant has no distance: it takes two whose weights were kept.'
      : `Within every variant shown, all replicates have the same weights, bit for bit (${caption}).`;
  }
  const kind = scaling === 'raw' ? 'L2 distance' : 'normalised L2 distance';
  const parts = [
    `The weights of two replicates lie at an ${kind} of ${distanceText(scaled(lead.trainable, scaling))} (${caption}) ${conditionOf(lead.name)}`.replace(
      'an normalised',
      'a normalised',
    ),
  ];
  const implementation = named('IMPL');
  if (implementation !== undefined && implementation !== lead && implementation.trainable.mean !== null) {
    parts.push(
      implementation.trainable.mean === 0
        ? 'implementation noise alone leaves them the same'
        : `under implementation noise alone at ${shortText(scaled(implementation.trainable, scaling))}`,
    );
  }
  const control = named('CONTROL');
  if (control?.trainable.mean === 0) parts.push('CONTROL weights are all the same');
  else if (control !== undefined && control !== lead && (control.trainable.mean ?? 0) > 0)
    parts.push('CONTROL weights differ too, so something that the study holds fixed still varies');
  return `${parts.join('; ')}.${carried(lead)}`;
}

/** Which layers carry a variant's divergence: as few as make up half of the squared distance, if there are not too many. */
function carried({ layers, name }: VariantWeights): string {
  const sorted = layers.filter(({ share }) => share !== null).toSorted(byShare);
  if (sorted.length < 2) return '';
  const carrying: typeof sorted = [];
  let sum = 0;
  for (const layer of sorted) {
    carrying.push(layer);
    sum += layer.share ?? 0;
    if (sum >= 0.5) break;
  }
  const names =
    carrying.length > 3
      ? `${carrying.length} of ${layers.length} layers`
      : listed(carrying.map(({ layer }) => layer));
  const verb = carrying.length === 1 ? 'carries' : 'carry';
  return ` Of ${name}’s squared distance ${names} ${verb} ${(100 * sum).toFixed(0)} %.`;
}

const byShare = (one: { share: number | null }, other: { share: number | null }): number =>
  (other.share ?? 0) - (one.share ?? 0);
