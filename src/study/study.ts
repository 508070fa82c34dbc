import { z } from 'zod';
import { executionSchema } from './execution.ts';
import { originSchema } from './origin.ts';
import { mostEpochs, taskSchema } from './task.ts';
import { variantSchema } from './variant.ts';

/** Version of the study file's format. */
export const studyFormat = 1;

/** Which epochs something is recorded at; epochs beyond the end of training are passed over. */
export const epochSelectionSchema = z
  .union([
    z.enum(['every', 'last']),
    z
      .array(
        z
          .int()
          .min(0)
          .max(mostEpochs - 1),
      )
      .max(mostEpochs),
  ])
  .describe('Every epoch, the last, or a list of epochs counted from 0, to which the last is added.');
export type EpochSelection = z.infer<typeof epochSelectionSchema>;

export const recordSchema = z.strictObject({
  predictions: epochSelectionSchema.default('every'),
  logits: z
    .boolean()
    .default(false)
    .describe('Also keep the logits of the recorded predictions, as float16.'),
  checkpoints: epochSelectionSchema.default('last'),
});

/** A study file: a task, its variants, and how many replicates of each. */
export const studySchema = z.strictObject({
  noisefloor: z.literal(studyFormat).describe('Version of the format of this file.'),
  name: z.string().trim().min(1).max(200),
  preset: z.string().min(1).max(80).optional().describe('The preset the task was made from, if any.'),
  task: taskSchema,
  variants: z.array(variantSchema).min(1).max(64),
  replicates: z.int().min(1).max(10_000).describe('Training runs of each variant.'),
  seed: z.int().min(0).max(0xffff_ffff).default(0).describe('Root of every seed of the study.'),
  execution: executionSchema.prefault({}),
  record: recordSchema.prefault({}),
  notes: z.string().max(10_000).optional(),
  origin: originSchema.optional(),
});
export type Study = z.infer<typeof studySchema>;
/** A study as a person writes it: what has a default may be left out. */
export type StudyInput = z.input<typeof studySchema>;
