import { z } from 'zod';

/** The algorithmic sources of randomness of a training run (paper, section 2), in the order they are shown. */
export const noiseSources = ['initialisation', 'order', 'augmentation', 'dropout'] as const;
export type NoiseSource = (typeof noiseSources)[number];

/** `fixed`: every replicate uses one seed. `vary`: each replicate has its own. */
export const sourceModes = ['fixed', 'vary'] as const;
export const sourceModeSchema = z
  .enum(sourceModes)
  .describe('`fixed`: one seed for all replicates. `vary`: each replicate has its own.');
export type SourceMode = z.infer<typeof sourceModeSchema>;

/**
 * What varies below the algorithm.
 * - `deterministic`: nothing; the device's deterministic kernels are asked for.
 * - `device`: the device's own nondeterminism, nothing forced.
 * - `configuration`: replicate i runs with i + 1 threads.
 * - `accumulation-order`: the examples inside each mini-batch are permuted, which changes the order of
 *   floating-point sums and nothing else.
 */
export const implementationNoises = [
  'deterministic',
  'device',
  'configuration',
  'accumulation-order',
] as const;
export const implementationNoiseSchema = z
  .enum(implementationNoises)
  .describe('What varies below the algorithm, where the seeds cannot reach.');
export type ImplementationNoise = z.infer<typeof implementationNoiseSchema>;

export const sourcesSchema = z.strictObject({
  initialisation: sourceModeSchema,
  order: sourceModeSchema,
  augmentation: sourceModeSchema,
  dropout: sourceModeSchema,
});
export type Sources = z.infer<typeof sourcesSchema>;
