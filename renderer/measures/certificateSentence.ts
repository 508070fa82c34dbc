import type { StudioClient } from '../host/connection.ts';
import { listed } from './condition.ts';

type Answer = Awaited<ReturnType<StudioClient['measures']['certificate']>>;
export type Certificate = Answer['certificate'];
export type VariantCertificate = Certificate['variants'][number];
export type Parting = VariantCertificate['partings'][number];

/** The parting of the first step; null where no step is known at which replicates part. */
export function earliestParting({ partings }: VariantCertificate): Parting | null {
  return partings.reduce<Parting | null>(
    (first, parting) => (parting.step !== null && parting.step < (first?.step ?? Infinity) ? parting : first),
    null,
  );
}

/** What is known of a variant's replicates, in a few words. */
export function verdictOf(variant: VariantCertificate): string {
  const { bitIdentical, replicates, partings } = variant;
  if (bitIdentical === true) return partings.length === 0 ? 'bit-identical' : 'identical again at the end';
  if (bitIdentical === null) return replicates < 2 ? 'nothing to compare' : 'too little was kept to tell';
  return 'not bit-identical';
}

/** What the page of certificates says in words. */
export function certificateSentence(
  { tensors, epoch }: Certificate,
  variants: readonly VariantCertificate[],
): string {
  const steps = (count: number): string => count.toLocaleString('en');
  const clause = (variant: VariantCertificate): string => {
    const { replicates, bitIdentical } = variant;
    if (bitIdentical === true) {
      return variant.steps === 0
        ? 'ended bit-identical'
        : `are bit-identical: ${tensors} tensors agree after each of ${steps(variant.steps)} steps`;
    }
    if (bitIdentical === null) return replicates < 2 ? 'are too few to compare' : 'kept too little to tell';
    const first = earliestParting(variant);
    if (first === null && variant.steps === 0) return 'end otherwise; of their steps nothing was kept';
    return first === null || first.step === null
      ? 'end otherwise, though they agree as far as fingerprints were kept'
      : `part from step ${steps(first.step)} on, first in ${first.tensor ?? 'an unnamed tensor'}`;
  };
  const isControl = ({ variant }: VariantCertificate): boolean => variant.toUpperCase() === 'CONTROL';
  const inOrder = variants.toSorted((one, other) => Number(isControl(other)) - Number(isControl(one)));
  const said = Map.groupBy(inOrder, clause);
  const text = [...said]
    .map(([what, own]) => {
      const all = own.every(({ bitIdentical }) => bitIdentical === true) ? 'all ' : '';
      return `${all}${listed(own.map(({ variant }) => variant))} replicates ${what}`;
    })
    .join('; ');
  if (text === '') return 'There is nothing to compare.';
  return `To the end of epoch ${epoch}, ${text}.`;
}

/** What must be known before anything else; empty where there is nothing. */
export function certificateAlarm(variants: readonly VariantCertificate[]): string {
  const control = variants.find(({ variant }) => variant.toUpperCase() === 'CONTROL');
  return control?.bitIdentical === false
    ? 'CONTROL is not bit-identical, though nothing in it varies: something that the study holds fixed still does, so the variants do not separate the sources of noise.'
    : '';
}
