import { z } from 'zod';
import { workOrderSchema } from '../study/replicate.ts';

/** What a process that replays a replicate is asked, one thing at a time. */
export const replayRequestSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('open'), order: workOrderSchema }),
  /** Takes all steps before that one, counted from 0 over the run. */
  z.strictObject({ type: z.literal('advance'), step: z.int().min(0) }),
  z.strictObject({ type: z.literal('observe') }),
  z.strictObject({ type: z.literal('value'), output: z.string() }),
  /** The tensors as the step that is due finds them. */
  z.strictObject({ type: z.literal('state') }),
]);
export type ReplayRequest = z.infer<typeof replayRequestSchema>;

const floats = z.custom<Float32Array>((value) => value instanceof Float32Array);
const integers = z.custom<Int32Array>((value) => value instanceof Int32Array);
const hash = z.int().min(0).max(0xffff_ffff);

const tensorSchema = z.object({
  name: z.string(),
  shape: z.array(z.int()),
  role: z.enum(['weight', 'moving-statistic', 'optimizer']),
  data: floats,
});
export type ReplayedTensor = z.infer<typeof tensorSchema>;

const outputSchema = z.object({
  name: z.string(),
  op: z.string(),
  inputs: z.array(z.string()),
  label: z.string().optional(),
  shape: z.array(z.int()),
  /** One each time the step was taken. */
  hashes: z.array(hash),
});
export type ReplayedOutput = z.infer<typeof outputSchema>;

const observedSchema = z.object({
  type: z.literal('observed'),
  fingerprints: z.array(hash),
  isRepeated: z.boolean(),
  outputs: z.array(outputSchema),
});
export type ObservedStep = z.infer<typeof observedSchema>;

/** What it answers to each. */
export const replayAnswerSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('opened') }),
  z.object({
    type: z.literal('advanced'),
    /** What the step that is due is fed, as its record says it; null at the end of training. */
    batchHash: hash.nullable(),
    /** After the step before it; null before the first. */
    fingerprints: z.array(hash).nullable(),
  }),
  observedSchema,
  z.object({ type: z.literal('value'), values: z.union([floats, integers]) }),
  z.object({ type: z.literal('state'), tensors: z.array(tensorSchema) }),
  z.object({ type: z.literal('error'), code: z.string(), message: z.string() }),
]);
export type ReplayAnswer = z.infer<typeof replayAnswerSchema>;
