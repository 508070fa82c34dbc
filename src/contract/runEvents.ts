import { z } from 'zod';
import { list, measured } from './values.ts';

/** How a replicate's process ended. */
export const replicateOutcome = z.enum(['finished', 'failed', 'diverged', 'stopped', 'crashed']);

const plannedReplicate = z.object({
  id: z.string(),
  variant: z.string(),
  index: z.int(),
  /** Epochs that were finished before this run began. */
  finishedEpochs: z.int(),
  /** How it has ended, where it will not run again; else null. */
  outcome: replicateOutcome.nullable(),
});
export type PlannedReplicate = z.infer<typeof plannedReplicate>;

const progressEvent = z.object({
  type: z.literal('progress'),
  replicate: z.string(),
  epoch: z.int(),
  /** Within the epoch, counted from 1. */
  step: z.int(),
  stepsPerEpoch: z.int(),
  examplesPerSecond: measured,
});

/** What a host tells whoever watches a study run. */
export const runEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('preparing'), message: z.string() }),
  z.object({
    type: z.literal('planned'),
    /** ISO 8601 time. */
    at: z.string(),
    study: z.object({ id: z.string(), name: z.string() }),
    replicates: list(plannedReplicate),
    epochs: z.int(),
    parallel: z.int(),
  }),
  /** Something the person should know, in one sentence. */
  z.object({ type: z.literal('note'), message: z.string() }),
  z.object({
    type: z.literal('started'),
    replicate: z.string(),
    attempt: z.int(),
    /** Where it computes, such as `gpu:1`. */
    device: z.string().optional(),
  }),
  /** A process that an earlier host left running goes on, and is waited for. */
  z.object({
    type: z.literal('adopted'),
    replicate: z.string(),
    process: z.object({ pid: z.int(), host: z.string() }),
  }),
  /** It was cancelled, and stops after the step at hand. */
  z.object({ type: z.literal('stopping'), replicate: z.string() }),
  /** It is to run after all. */
  z.object({ type: z.literal('waiting'), replicate: z.string() }),
  progressEvent,
  z.object({ type: z.literal('epoch'), replicate: z.string(), epoch: z.int(), testAccuracy: measured }),
  z.object({
    type: z.literal('ended'),
    replicate: z.string(),
    outcome: replicateOutcome,
    reason: z.string().nullable(),
    /** Whether it will be started again. */
    retry: z.boolean(),
  }),
]);
export type RunEvent = z.infer<typeof runEventSchema>;
