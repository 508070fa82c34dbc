import { z } from 'zod';
import { executionSchema } from './execution.ts';
import { taskSchema } from './task.ts';
import { variantSchema } from './variant.ts';

/** Version of the study file's format. */
export const studyFormat = 1;

/** Which epochs something is recorded at: every one, the last, or a list of epochs counted from 0 plus the last. */
export const epochSelectionSchema = z.union([
  z.enum(['every', 'last']),
  z.array(z.int().min(0)).max(100_000),
]);
export type EpochSelection = z.infer<typeof epochSelectionSchema>;

export const recordSchema = z.strictObject({
  predictions: epochSelectionSchema.default('every'),
  /** Also keep the logits of the recorded predictions, as float16. */
  logits: z.boolean().default(false),
  checkpoints: epochSelectionSchema.default('last'),
});
export type Recording = z.infer<typeof recordSchema>;

/** A study file: a task, its variants, and how many replicates of each. */
export const studySchema = z.strictObject({
  noisefloor: z.literal(studyFormat),
  name: z.string().trim().min(1).max(200),
  /** The preset the task was made from, if any. */
  preset: z.string().min(1).max(80).optional(),
  task: taskSchema,
  variants: z.array(variantSchema).min(1).max(64),
  replicates: z.int().min(1).max(10_000),
  /** Root of every seed of the study. */
  seed: z.int().min(0).max(0xffff_ffff).default(0),
  execution: executionSchema.prefault({}),
  record: recordSchema.prefault({}),
  notes: z.string().max(10_000).optional(),
});
export type Study = z.infer<typeof studySchema>;
