import { z } from 'zod';
import { seedsSchema, workOrderSchema } from '../study/replicate.ts';
import { call } from './procedure.ts';
import { done, list, replicateId, replicateStatus, studyId } from './values.ts';

/** A word or a few: what stands in searches, and in a text of several between commas. */
const tag = z
  .string()
  .trim()
  .regex(/^[^,\p{Cc}]+$/u, 'expected a tag without commas')
  .max(60);
const reason = z.string().trim().min(1).max(10_000);
const most = 100_000;

/** What a replicate computed with; null where its process has not said. */
const factorShape = {
  device: z.string(),
  threads: z.int(),
  precision: z.string(),
  /** Whether TensorFlow was told to use deterministic kernels only, and whether it might use oneDNN. */
  deterministicOps: z.boolean(),
  oneDnn: z.boolean(),
  cpuModel: z.string().nullable(),
  gpuModel: z.string().nullable(),
  tensorFlow: z.string().nullable(),
};

const rowShape = {
  id: z.string(),
  variant: z.string(),
  /** Within its variant, from 0. */
  index: z.int(),
  status: replicateStatus,
  /** Epochs whose numbers are recorded. */
  epochs: z.int(),
  attempts: z.int(),
  /** ISO 8601 times. */
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  /** Spent in training steps. */
  trainSeconds: z.number(),
  exitReason: z.string().nullable(),
  notes: z.string(),
  /** Why it is left out of measures; null where it is not. */
  excludedReason: z.string().nullable(),
  recordedBytes: z.number(),
  /** In the order of the alphabet. */
  tags: list(z.string()),
  /** Over all its training steps; null before the first epoch. */
  examplesPerSecond: z.number().nullable(),
  seeds: seedsSchema,
  ...factorShape,
};

/** Replicates of a study: `replicate-unknown` is thrown by all that name one. */
export const replicateProcedures = {
  /** In the order of the variants, then of their replicates, as the rows of all matrices. */
  list: call(z.strictObject({ study: studyId }), z.object({ items: list(z.object(rowShape)) })),
  detail: call(
    z.strictObject({ replicate: replicateId }),
    z.object({
      ...rowShape,
      study: z.string(),
      workOrder: workOrderSchema,
      /** What it ran on, as its process described it. */
      machine: z.unknown(),
      folder: z.string(),
    }),
  ),
  /** A part of what a replicate's process printed: from a byte on, or the end where `from` is null. */
  log: call(
    z.strictObject({ replicate: replicateId, from: z.int().min(0).nullable() }),
    z.object({ text: z.string(), from: z.int(), next: z.int(), size: z.int() }),
  ),
  exclude: call(z.strictObject({ replicate: replicateId, reason }), done),
  include: call(z.strictObject({ replicate: replicateId }), done),
  /** Excludes, or where the reason is null includes, all of these or none. */
  setExclusions: call(
    z.strictObject({
      items: z.array(z.strictObject({ replicate: replicateId, reason: reason.nullable() })).max(most),
    }),
    done,
  ),
  /** Gives all of these, or none, the tags that are named, and takes away their others. */
  setTags: call(
    z.strictObject({
      items: z.array(z.strictObject({ replicate: replicateId, tags: z.array(tag).max(50) })).max(most),
    }),
    done,
  ),
  setNotes: call(z.strictObject({ replicate: replicateId, notes: z.string().max(100_000) }), done),
};
