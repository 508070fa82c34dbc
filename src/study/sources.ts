import { dropsOut } from './dropout.ts';
import type { NoiseSource, Sources } from './noise.ts';
import { noiseSources } from './noise.ts';
import type { Task } from './task.ts';
import type { Variant } from './variant.ts';

/** Whether a source of noise can change anything in a task. */
export interface SourceEffect {
  source: NoiseSource;
  effective: boolean;
  /** A sentence that says why not; null where it can. */
  reason: string | null;
}

/** Which sources of noise have any effect for a task, in the order they are shown. */
export function effectiveSources(task: Task): SourceEffect[] {
  const reasons = reasonsWithoutEffect(task);
  return noiseSources.map((source) => ({
    source,
    effective: reasons[source] === null,
    reason: reasons[source],
  }));
}

function reasonsWithoutEffect(task: Task): Record<NoiseSource, string | null> {
  const { shuffle, augmentation } = task.recipe;
  const unshuffled = shuffle.kind === 'none' || (shuffle.kind === 'bounded' && shuffle.buffer === 1);
  return {
    initialisation: null,
    order: unshuffled ? 'The recipe does not shuffle, so the order of the examples never varies.' : null,
    augmentation:
      augmentation.length === 0 ? 'The recipe has no augmentation, so there is none to vary.' : null,
    dropout: dropsOut(task.network)
      ? null
      : 'The network has no dropout layer, so there is no dropout to vary.',
  };
}

/** Whether a source both varies in a variant and can change anything in a task. */
export function varies(source: NoiseSource, sources: Sources, task: Task): boolean {
  return sources[source] === 'vary' && reasonsWithoutEffect(task)[source] === null;
}

/**
 * Whether every replicate of a variant has to come out bit-identical, as those of CONTROL: nothing that can change
 * anything varies, and the device is told to be deterministic.
 */
export function mustBeIdentical(variant: Variant, task: Task): boolean {
  return (
    variant.implementation === 'deterministic' &&
    variant.perturbation === undefined &&
    !noiseSources.some((source) => varies(source, variant.sources, task))
  );
}
