import type { Execution } from './execution.ts';
import { noiseSources, type ImplementationNoise, type NoiseSource } from './noise.ts';
import { listAnd } from './nearest.ts';
import { originNotes, variantOfLogs } from './origin.ts';
import { describePerturbation } from './perturbation.ts';
import { programNotes } from './programCommand.ts';
import { effectiveSources, mustBeIdentical, varies } from './sources.ts';
import type { Study } from './study.ts';
import type { Task } from './task.ts';
import type { Variant } from './variant.ts';

const sourceWords: Readonly<Record<NoiseSource, string>> = {
  initialisation: 'initialisation',
  order: 'data order',
  augmentation: 'augmentation',
  dropout: 'dropout',
};

interface ImplementationWords {
  /** A few words, for a table. */
  label: string;
  /** A sentence that says what it is, and what it is not. */
  sentence: string;
}

const implementationWords: Readonly<Record<ImplementationNoise, ImplementationWords>> = {
  deterministic: {
    label: 'deterministic',
    sentence: 'Deterministic kernels are asked for and nothing else varies below the algorithm.',
  },
  device: {
    label: "the device's own",
    sentence: "The device's own nondeterminism, nothing forced.",
  },
  configuration: {
    label: 'thread counts',
    sentence:
      'Replicate i runs with i + 1 threads, which changes how sums are split: real implementation noise of a CPU, but not what one machine does from run to run.',
  },
  'accumulation-order': {
    label: 'accumulation order',
    sentence:
      "The examples inside each mini-batch are permuted, which changes only the order in which floating-point sums are made: a stand-in for implementation noise, not the device's own.",
  },
};

/** What an implementation noise is called. */
export function describeImplementation(implementation: ImplementationNoise): ImplementationWords {
  return implementationWords[implementation];
}

/** A variant in one line: `initialisation and data order vary; implementation: accumulation order`. */
export function describeVariant(variant: Variant, task: Task): string {
  const varying = noiseSources
    .filter((source) => varies(source, variant.sources, task))
    .map((source) => sourceWords[source]);
  const seeds =
    varying.length === 0
      ? 'all seeds fixed'
      : `${listAnd(varying)} ${varying.length === 1 ? 'varies' : 'vary'}`;
  const { perturbation } = variant;
  const changed = perturbation === undefined ? '' : `; ${describePerturbation(perturbation)}`;
  return `${seeds}; implementation: ${implementationWords[variant.implementation].label}${changed}`;
}

/** A study's variant in one line: of one that was not trained here no more than that. */
export function describeVariantOf({ task, origin, program }: Study, variant: Variant): string {
  if (origin !== undefined) return variantOfLogs;
  return `${describeVariant(variant, task)}${program === undefined ? '' : '; as declared'}`;
}

/** Sentences about what a variant's settings do not do, or do otherwise than one would think; often none. */
export function variantNotes(variant: Variant, task: Task, execution: Execution): string[] {
  const notes = implementationNotes(variant, task, execution);
  const varying = noiseSources.filter((source) => variant.sources[source] === 'vary');
  if (varying.length > 0 && mustBeIdentical(variant, task)) {
    const words = listAnd(varying.map((source) => sourceWords[source]));
    notes.push(`${variant.name}: of ${words}, nothing has an effect here, so its replicates are identical.`);
  }
  return notes;
}

function implementationNotes(variant: Variant, task: Task, execution: Execution): string[] {
  const { name, implementation } = variant;
  const gpu = execution.device !== 'cpu';
  switch (implementation) {
    case 'deterministic':
      return [];
    case 'device':
      return gpu
        ? []
        : [
            `${name}: a CPU usually repeats itself bit for bit at a fixed number of threads, and then the device's own noise is none.`,
          ];
    case 'configuration':
      return gpu
        ? [`${name}: the number of CPU threads changes little or nothing of what a GPU computes.`]
        : [];
    case 'accumulation-order':
      if (task.recipe.batchSize === 1) return [`${name}: a mini-batch of one example has one order only.`];
      return varies('order', variant.sources, task)
        ? [
            `${name}: data order varies anyway, and with it the order inside each mini-batch, so accumulation order adds nothing.`,
          ]
        : [];
  }
}

/** Everything worth knowing about a study's settings, or of where it comes from, one sentence each. */
export function studyNotes(study: Study): string[] {
  if (study.origin !== undefined) return originNotes(study.origin);
  if (study.program !== undefined) return programNotes(study.program, study.variants);
  const varied = effectiveSources(study.task).filter(({ source, effective }) => {
    return !effective && study.variants.some((variant) => variant.sources[source] === 'vary');
  });
  return [
    ...varied.map(({ reason }) => reason ?? ''),
    ...study.variants.flatMap((variant) => variantNotes(variant, study.task, study.execution)),
  ];
}
