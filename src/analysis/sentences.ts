import type { ImplementationNoise } from '../study/noise.ts';
import { detectableDifference } from './detectableDifference.ts';
import type { StudyAnalysis, VariantAnalysis } from './summary.ts';
import { counted, hundredths } from './wording.ts';

/** One sentence of what a study means. */
export interface Sentence {
  readonly subject: 'control' | 'implementation' | 'algorithmic' | 'perturbation' | 'difference';
  /** A warning comes first and is shown so that it cannot be missed. */
  readonly tone: 'plain' | 'warning';
  readonly text: string;
}

/** What each implementation noise is, as it is always labelled. */
const noiseWords: Record<ImplementationNoise, string> = {
  deterministic: 'deterministic kernels',
  device: 'the device’s own, with nothing forced',
  configuration: 'each replicate on another number of threads',
  'accumulation-order': 'another order of floating-point sums inside each mini-batch',
};

function variantNamed(analysis: StudyAnalysis, name: string): VariantAnalysis | undefined {
  return analysis.variants.find((variant) => variant.name.toUpperCase() === name);
}

/** What two replicates of a variant differ in, and how far its accuracy spreads. */
function effect({ churn, accuracy }: VariantAnalysis): string | null {
  const parts: string[] = [];
  if (churn.mean !== null) {
    parts.push(`two replicates disagree on ${hundredths(churn.mean, churn.interval)} of the test examples`);
  }
  if (accuracy.sd !== null) {
    parts.push(
      `accuracy spreads with an SD of ${hundredths(accuracy.sd, accuracy.sdInterval, 'percentage points')}`,
    );
  }
  return parts.length === 0 ? null : parts.join(', and ');
}

/** Why a variant that is missing or too small says nothing of its noise; null when it says something. */
function silence(variant: VariantAnalysis | undefined, name: string, noise: string): string | null {
  if (variant === undefined)
    return `This study has no ${name} variant, so it does not show what ${noise} does alone.`;
  if (variant.replicates >= 2) return null;
  return `${name} has ${counted(variant.replicates, 'replicate')}, and it takes two to see what ${noise} does alone.`;
}

function implementationText(variant: VariantAnalysis | undefined): string {
  const silent = silence(variant, 'IMPL', 'implementation noise');
  if (variant === undefined || silent !== null) return silent ?? '';
  const label = variant.implementation === null ? '' : ` (${noiseWords[variant.implementation]})`;
  if (variant.bitIdentical === true) {
    return `Implementation noise alone${label} changed nothing: all ${variant.replicates} IMPL replicates are bit-identical.`;
  }
  const shown = effect(variant);
  return shown === null
    ? 'IMPL has neither predictions nor accuracies, so implementation noise alone cannot be seen.'
    : `Implementation noise alone${label}, with every seed the same: ${shown}.`;
}

function algorithmicText(
  variant: VariantAnalysis | undefined,
  implementation: VariantAnalysis | undefined,
): string {
  const silent = silence(variant, 'ALGO', 'algorithmic noise');
  if (variant === undefined || silent !== null) return silent ?? '';
  const shown = effect(variant);
  if (shown === null)
    return 'ALGO has neither predictions nor accuracies, so algorithmic noise cannot be seen.';
  const own = variant.churn.mean;
  const other = implementation?.churn.mean ?? null;
  const comparison =
    own === null || other === null || other === 0
      ? ''
      : `; its churn is ${(own / other).toPrecision(2)} times that of implementation noise`;
  return `Algorithmic noise alone (other seeds, the same arithmetic): ${shown}${comparison}.`;
}

/** What one small change comes to, and how much of the churn of full reseeding that is. */
function perturbationText(variant: VariantAnalysis, algorithmic: VariantAnalysis | undefined): string {
  const { name, replicates, perturbation } = variant;
  const change = `${name}, where only ${perturbation ?? ''}`;
  if (replicates < 2) {
    return `${name} has ${counted(replicates, 'replicate')}, and it takes two to see what a small change comes to.`;
  }
  if (variant.bitIdentical === true) {
    return `${change}: nothing came of it, all ${replicates} replicates are bit-identical.`;
  }
  const shown = effect(variant);
  if (shown === null) return `${name} has neither predictions nor accuracies, so its effect cannot be seen.`;
  const own = variant.churn.mean;
  const full = algorithmic?.churn.mean ?? null;
  const share =
    own === null || full === null || full === 0
      ? ''
      : `; its churn is ${(100 * (own / full)).toFixed(0)} % of that of other seeds (ALGO)`;
  return `${change}: ${shown}${share}.`;
}

function controlWarning({ identity }: VariantAnalysis): string {
  const { firstDivergence, groups } = identity;
  const consequence =
    'Something that the study holds fixed still varies, so its figures do not separate the sources of noise.';
  if (firstDivergence !== null) {
    const { step, tensor, tensorName, between } = firstDivergence;
    return `CONTROL is not bit-identical: replicates ${between[0] + 1} and ${between[1] + 1} part at step ${step}, first in ${tensorName ?? `tensor ${tensor}`}. ${consequence}`;
  }
  const apart = groups === null ? '' : `, in ${groups.length} different ways`;
  return `CONTROL is not bit-identical: its replicates end in different weights or predictions${apart}. ${consequence}`;
}

function controlText(variant: VariantAnalysis | undefined): string {
  if (variant === undefined) {
    return 'This study has no CONTROL variant, so it does not show that nothing else varies';
  }
  if (variant.replicates < 2) {
    return `CONTROL has ${counted(variant.replicates, 'replicate')}, and it takes two to see whether anything else varies`;
  }
  if (variant.bitIdentical === null) {
    return 'CONTROL recorded too little to tell whether its replicates are bit-identical';
  }
  return `CONTROL, where nothing varies, came out bit-identical in all ${variant.replicates} replicates, so the differences are the noise that was let in and nothing else`;
}

/** Which differences between methods this many replicates can find, judged by the variant whose noise is that of ordinary training. */
function differenceText(analysis: StudyAnalysis): string | null {
  const named = ['ALGO+IMPL', 'ALGO', 'IMPL'].map((name) => variantNamed(analysis, name));
  const judge = [...named, ...analysis.variants].find((variant) => (variant?.accuracy.sd ?? 0) > 0);
  const sd = judge?.accuracy.sd ?? null;
  if (judge === undefined || sd === null) return null;
  const least = detectableDifference(judge.accuracy.n, sd);
  if (least === null) return null;
  const points = Number((100 * least).toPrecision(2));
  return `with ${counted(judge.accuracy.n, 'replicate')} of each, only a difference of about ${points} percentage points of mean accuracy or more between two methods would be found reliably (80 % power at the 5 % level, by the SD of ${judge.name})`;
}

/**
 * What a study says about its noise, in plain words: implementation noise alone, algorithmic noise alone, what a small
 * change comes to beside it where one was made, and whether CONTROL was bit-identical together with which differences can be found. Where CONTROL is not bit-identical, that
 * comes first, as a warning, and the difference stands alone.
 */
export function studySentences(analysis: StudyAnalysis): Sentence[] {
  const control = variantNamed(analysis, 'CONTROL');
  const implementation = variantNamed(analysis, 'IMPL');
  const algorithmic = variantNamed(analysis, 'ALGO');
  const difference = differenceText(analysis);
  const perturbed = analysis.variants.filter(({ perturbation }) => perturbation !== null);
  // A study of a small change needs no implementation noise beside it, and is not told that it lacks that.
  const asksOfImplementation = implementation !== undefined || perturbed.length === 0;
  const noise: Sentence[] = [
    ...(asksOfImplementation
      ? [{ subject: 'implementation', tone: 'plain', text: implementationText(implementation) } as const]
      : []),
    { subject: 'algorithmic', tone: 'plain', text: algorithmicText(algorithmic, implementation) },
    ...perturbed.map((variant): Sentence => {
      return { subject: 'perturbation', tone: 'plain', text: perturbationText(variant, algorithmic) };
    }),
  ];
  if (control?.bitIdentical === false) {
    const warning: Sentence = { subject: 'control', tone: 'warning', text: controlWarning(control) };
    if (difference === null) return [warning, ...noise];
    const text = `${difference.charAt(0).toUpperCase()}${difference.slice(1)}.`;
    return [warning, ...noise, { subject: 'difference', tone: 'plain', text }];
  }
  const end = difference === null ? '.' : `; ${difference}.`;
  return [...noise, { subject: 'control', tone: 'plain', text: controlText(control) + end }];
}
