import { z } from 'zod';

/** More threads than a replicate has a use for. */
export const mostThreads = 256;

/**
 * The number formats that a network can be computed in. Weights, optimiser state and moving statistics are float32 in
 * all of them.
 */
export const precisions = ['float32', 'tf32', 'mixed-float16', 'mixed-bfloat16'] as const;
export type Precision = (typeof precisions)[number];

/** Where and how a study's replicates compute; all of it can change results. */
export const executionSchema = z.strictObject({
  device: z
    .string()
    .regex(/^(cpu|gpu(:\d{1,2})?)$/, 'expected cpu, gpu or gpu:<number>')
    .default('cpu')
    .describe('`cpu`, `gpu` (the first one) or `gpu:1`.'),
  precision: z
    .enum(precisions)
    .default('float32')
    .describe(
      '`float32`; `tf32` lets a GPU from Ampere on round the factors of its products to 10 bits; `mixed-float16` and `mixed-bfloat16` compute the layers in 16 bits, the first with a dynamic loss scale.',
    ),
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
  precision: z.enum(precisions),
  threads: z.int().min(1),
  oneDnn: z.boolean(),
  /** Whether TensorFlow is told to use deterministic kernels only. */
  deterministicOps: z.boolean(),
});
export type ExecutionConfiguration = z.infer<typeof executionConfigurationSchema>;
