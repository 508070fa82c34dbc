import { conditionOf } from './condition.ts';
import { counted, digits, endsText, withUnit } from './format.ts';
import type { Metric } from './metric.ts';
import type { Reading } from '../../src/analysis/reading.ts';
import { readingCaption } from './reading.ts';
import type { Spread } from './spread.ts';

/** What the page of variance says in words, made of the numbers that it draws. */
export interface VarianceSentence {
  readonly text: string;
  /** What must be known to read it rightly; empty where there is nothing. */
  readonly caution: string;
}

/** The variant that is trained as everyone trains: all sources vary. */
const everything = 'ALGO+IMPL';

/** Below this many replicates an interval of a standard deviation spans more than a factor of four. */
const fewReplicates = 5;

interface Spoken {
  readonly metric: Metric;
  readonly reading: Reading;
  readonly epoch: number;
  readonly meanOf?: number | null;
  /** Whether the spreads are those of variants: their names mean sources of noise. */
  readonly isByVariant?: boolean;
}

export function varianceSentence(
  spreads: readonly Spread[],
  { metric, reading, epoch, meanOf = null, isByVariant = true }: Spoken,
): VarianceSentence {
  const named = (name: string): Spread | undefined =>
    isByVariant ? spreads.find(({ variant }) => variant.toUpperCase() === name) : undefined;
  const lead = [named(everything), named('ALGO'), ...spreads].find((spread) => (spread?.sd ?? 0) > 0);
  const caption = readingCaption(reading, epoch, meanOf);
  if (lead === undefined || lead.sd === null)
    return { text: nothingVaries(spreads, metric, caption), caution: '' };
  const parts = [
    `${metric.label} (${caption}) spreads with an SD of ${amount(metric, lead)} ${isByVariant ? conditionOf(lead.variant) : `in the group “${lead.variant}”`}`,
  ];
  const implementation = named('IMPL');
  if (implementation !== undefined && implementation !== lead && implementation.sd !== null) {
    parts.push(
      implementation.sd === 0
        ? 'implementation noise alone does not move it'
        : `under implementation noise alone the SD is ${digits(implementation.sd, implementation.sdInterval, metric.scale)}`,
    );
  }
  const control = named('CONTROL');
  if (control?.sd === 0) parts.push('CONTROL does not move at all');
  return { text: `${parts.join('; ')}.`, caution: cautionOf(spreads, control, { metric, isByVariant }) };
}

function nothingVaries(spreads: readonly Spread[], metric: Metric, caption: string): string {
  if (spreads.some(({ sd }) => sd === 0)) {
    return `${metric.label} (${caption}) is the same in every replicate of every variant shown.`;
  }
  const most = Math.max(0, ...spreads.map(({ points }) => points.length));
  return most === 0
    ? `No replicate has a ${metric.phrase} ${caption} yet.`
    : `One replicate of a variant shows no spread: it takes two.`;
}

function plain(metric: Metric, sd: number, { sdInterval }: Spread): string {
  return withUnit(digits(sd, sdInterval, metric.scale), metric.differenceUnit);
}

function amount(metric: Metric, spread: Spread): string {
  const { sd, sdInterval } = spread;
  if (sd === null) return '';
  const value = plain(metric, sd, spread);
  return sdInterval === null
    ? value
    : `${value} (95\u00a0% interval ${endsText(sd, sdInterval, metric.scale)})`;
}

function cautionOf(
  spreads: readonly Spread[],
  control: Spread | undefined,
  { metric, isByVariant }: { metric: Metric; isByVariant: boolean },
): string {
  if (control !== undefined && (control.sd ?? 0) > 0) {
    return `CONTROL moves too, with an SD of ${amount(metric, control)}: something that the study holds fixed still varies, so the variants do not separate the sources of noise.`;
  }
  const fewest = Math.min(...spreads.map(({ points }) => points.length));
  return fewest < fewReplicates
    ? `With ${counted(fewest, 'replicate')} of a ${isByVariant ? 'variant' : 'group'} the intervals are wide; they narrow with more.`
    : '';
}
