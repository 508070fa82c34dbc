import { z } from 'zod';
import { workOrderSchema } from '../study/replicate.ts';
import { call } from './procedure.ts';
import { done, list, replicateId, replicateStatus, studyId } from './values.ts';

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
  threads: z.int(),
  device: z.string(),
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
  exclude: call(
    z.strictObject({ replicate: replicateId, reason: z.string().trim().min(1).max(10_000) }),
    done,
  ),
  include: call(z.strictObject({ replicate: replicateId }), done),
  setNotes: call(z.strictObject({ replicate: replicateId, notes: z.string().max(100_000) }), done),
};
