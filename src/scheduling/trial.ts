import { z } from 'zod';
import { executionConfigurationSchema } from '../study/execution.ts';
import { seedsSchema } from '../study/replicate.ts';
import { taskSchema } from '../study/task.ts';

/** A few steps of a task in a process of its own, to learn what it trains on, how fast, and whether it repeats itself. */
export const trialRequestSchema = z.strictObject({
  task: taskSchema,
  execution: executionConfigurationSchema,
  seeds: seedsSchema,
  /** Steps whose outcome is fingerprinted. */
  steps: z.int().min(1).max(100_000),
  /** Seconds of further steps that are timed; 0 for none. */
  seconds: z.number().min(0).max(600),
  /** Steps to time, and steps before them that only warm up; then nothing is fingerprinted, which would take its time. */
  iterations: z
    .strictObject({ warmUp: z.int().min(0).max(100_000), timed: z.int().min(1).max(1_000_000) })
    .optional(),
});
export type TrialRequest = z.infer<typeof trialRequestSchema>;

export const trialResultSchema = z.object({
  dataset: z.object({
    hash: z.string(),
    name: z.string(),
    kind: z.string(),
    examples: z.object({ train: z.int(), test: z.int() }),
    shape: z.tuple([z.int(), z.int(), z.int()]),
    classes: z.int(),
    classNames: z.array(z.string()),
    attributeNames: z.array(z.string()).nullable(),
    decoder: z.string().nullable(),
    files: z.string().nullable(),
    testLabels: z.array(z.int()),
  }),
  machine: z.json(),
  /** Trainable and other parameters of the network. */
  parameters: z.object({ trainable: z.int(), movingStatistics: z.int() }),
  /** One fingerprint a tensor after the last of `steps`, and the loss of that step. */
  fingerprints: z.array(z.int()),
  loss: z.number().nullable(),
  examplesPerSecond: z.number().nullable(),
  /** Of the steps that `iterations` asks for; null where it does not. */
  timedSeconds: z.number().nullable(),
  /** Peak resident memory of the process. */
  peakBytes: z.number(),
});
export type TrialResult = z.infer<typeof trialResultSchema>;

/** What the process of a trial answers. */
export const trialAnswerSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('result'), result: trialResultSchema }),
  z.object({ type: z.literal('error'), code: z.string(), message: z.string() }),
]);
export type TrialAnswer = z.infer<typeof trialAnswerSchema>;
