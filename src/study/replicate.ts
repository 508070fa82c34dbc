import { z } from 'zod';
import { executionConfigurationSchema } from './execution.ts';
import { programSchema } from './program.ts';
import { recordSchema } from './study.ts';
import { taskSchema } from './task.ts';
import { variantSchema } from './variant.ts';

const seed = z.int().min(0).max(0xffff_ffff);

/** One seed (unsigned 32 bits) for each noise source of a replicate. */
export const seedsSchema = z.strictObject({
  initialisation: seed,
  order: seed,
  augmentation: seed,
  dropout: seed,
  /** Permutes the examples inside each mini-batch; null where the variant does not. */
  accumulationOrder: seed.nullable(),
  /** Draws where the variant's perturbation goes; there only where it has one. */
  perturbation: seed.optional(),
});
export type Seeds = z.infer<typeof seedsSchema>;

/** Everything a replicate's process needs to train, and nothing else: it is written into its result folder. */
export const workOrderSchema = z.strictObject({
  format: z.literal(1),
  study: z.strictObject({ id: z.string().min(1), name: z.string().min(1) }),
  /** Unique id of the replicate. */
  id: z.string().min(1),
  variant: variantSchema,
  /** Index of the replicate within its variant, from 0. */
  index: z.int().min(0),
  task: taskSchema,
  program: programSchema.optional(),
  seeds: seedsSchema,
  execution: executionConfigurationSchema,
  record: recordSchema,
  /** Hash of the data the study was planned on; a replicate that finds other data refuses to train. */
  datasetHash: z.string().nullable(),
});
export type WorkOrder = z.infer<typeof workOrderSchema>;
