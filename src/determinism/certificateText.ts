import type { Certificate, Parting, VariantCertificate } from './certificate.ts';

/**
 * A certificate for people: a line a variant, and one for each replicate that parts from the first.
 * @param alarm makes a verdict stand out that must not be missed.
 */
export function certificateText(
  { study, epoch, steps, tensors, variants }: Certificate,
  alarm: (text: string) => string = (text) => text,
): string {
  return [
    `${study.name} (${study.id}), to the end of epoch ${epoch}: ${tensors} tensors compared after each of ${steps} steps`,
    '',
    ...variants.flatMap((variant) => variantLines(variant, alarm)),
  ].join('\n');
}

function variantLines(
  { variant, replicates, bitIdentical, partings, steps }: VariantCertificate,
  alarm: (text: string) => string,
): string[] {
  if (bitIdentical === null) {
    return [
      `${variant}: ${replicates < 2 ? 'one replicate, nothing to compare' : 'too little was recorded to tell'}`,
    ];
  }
  if (bitIdentical) {
    return [`${variant}: all ${replicates} replicates are bit-identical`];
  }
  const verdict =
    variant.toUpperCase() === 'CONTROL'
      ? alarm(`${variant}: NOT bit-identical, though nothing in it varies: something else does`)
      : `${variant}: not bit-identical`;
  return [verdict, ...partings.map((parting) => `  ${partingText(parting, steps)}`)];
}

function partingText({ replicate, from, step, tensor, explanation }: Parting, steps: number): string {
  const agreement =
    steps === 0
      ? 'ends otherwise; of its steps nothing was kept'
      : 'has the same weights at every step that was kept, but ends otherwise';
  const where =
    step === null
      ? agreement
      : `parts from replicate ${from + 1} at step ${step} (counted from 0), first in ${tensor ?? 'an unnamed tensor'}`;
  return `replicate ${replicate + 1} ${where}: ${explanation}`;
}
