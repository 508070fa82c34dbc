import { z } from 'zod';

/** More threads than a replicate has a use for. */
export const mostThreads = 256;

/** Where and how a study's replicates compute; all of it can change results. */
export const executionSchema = z.strictObject({
  device: z
    .string()
    .regex(/^(cpu|gpu(:\d{1,2})?)$/, 'expected cpu, gpu or gpu:<number>')
    .default('cpu')
    .describe('`cpu`, `gpu` (the first one) or `gpu:1`.'),
  precision: z.enum(['float32']).default('float32'),
  threads: z
    .int()
    .min(1)
    .max(mostThreads)
    .default(1)
    .describe('TensorFlow threads of each replicate; `configuration` noise overrides it.'),
  oneDnn: z.boolean().default(true).describe('Whether TensorFlow may use oneDNN kernels on a CPU.'),
});
export type Execution = z.infer<typeof executionSchema>;

/** The execution configuration of one replicate: an {@link Execution} with its variant's noise applied. */
export const executionConfigurationSchema = z.strictObject({
  device: z.string(),
  precision: z.enum(['float32']),
  threads: z.int().min(1),
  oneDnn: z.boolean(),
  /** Whether TensorFlow is told to use deterministic kernels only. */
  deterministicOps: z.boolean(),
});
export type ExecutionConfiguration = z.infer<typeof executionConfigurationSchema>;
