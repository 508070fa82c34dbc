import { deriveSeed } from '../noise/seeds.ts';
import type { ExecutionConfiguration } from './execution.ts';
import type { NoiseSource } from './noise.ts';
import type { Seeds, WorkOrder } from './replicate.ts';
import type { Study } from './study.ts';
import type { Variant } from './variant.ts';

/**
 * The replicates of a study in the order they are best run: the first of every variant, then the second, so that
 * partial results are balanced. The same study always gives the same plan.
 * @param studyId becomes the beginning of every replicate's id.
 * @param datasetHash hash of the data the study is planned on, or null where it is not known yet.
 */
export function planReplicates(study: Study, studyId: string, datasetHash: string | null): WorkOrder[] {
  const indices = Array.from({ length: study.replicates }, (_, index) => index);
  return indices.flatMap((index) =>
    study.variants.map((variant, position) => ({
      format: 1 as const,
      study: { id: studyId, name: study.name },
      id: `${studyId}-v${position}-r${index}`,
      variant,
      index,
      task: study.task,
      ...(study.program === undefined ? {} : { program: study.program }),
      seeds: replicateSeeds(study.seed, variant, index),
      execution: executionConfiguration(study, variant, index),
      record: study.record,
      datasetHash,
    })),
  );
}

/**
 * One seed a source. A fixed source's comes from the root seed alone; a varying one's also from the replicate's index
 * but not from the variant, so that replicate i of two variants shares every seed that both vary: variants are paired.
 */
function replicateSeeds(root: number, variant: Variant, index: number): Seeds {
  const seed = (source: NoiseSource): number =>
    variant.sources[source] === 'vary' ? deriveSeed(root, source, index) : deriveSeed(root, source);
  return {
    initialisation: seed('initialisation'),
    order: seed('order'),
    augmentation: seed('augmentation'),
    dropout: seed('dropout'),
    accumulationOrder:
      variant.implementation === 'accumulation-order' ? deriveSeed(root, 'accumulation-order', index) : null,
    ...(variant.perturbation === undefined ? {} : { perturbation: deriveSeed(root, 'perturbation', index) }),
  };
}

/** The study's execution with the variant's implementation noise applied to it. */
function executionConfiguration(study: Study, variant: Variant, index: number): ExecutionConfiguration {
  const { device, precision, threads, oneDnn } = study.execution;
  return {
    device,
    precision,
    threads: variant.implementation === 'configuration' ? index + 1 : threads,
    oneDnn,
    deterministicOps: variant.implementation !== 'device',
  };
}
