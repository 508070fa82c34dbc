import { z } from 'zod';

/** What a replicate's process tells its parent while it trains; its results go to its folder, never through here. */
export const replicateMessageSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('progress'),
    epoch: z.int(),
    /** Step within the epoch, counted from 1. */
    step: z.int(),
    stepsPerEpoch: z.int(),
    examplesPerSecond: z.number(),
    loss: z.number().nullable(),
  }),
  z.object({
    type: z.literal('epoch'),
    epoch: z.int(),
    testAccuracy: z.number(),
    testLoss: z.number().nullable(),
  }),
]);
export type ReplicateMessage = z.infer<typeof replicateMessageSchema>;

/** What a parent tells a replicate's process: stop after the step at hand, keeping every finished epoch. */
export const stopMessage = { type: 'stop' } as const;

/** Exit codes of a replicate's process; anything else, or a signal, is a crash. */
export const replicateExitCodes = { finished: 0, failed: 1, diverged: 3, stopped: 4 } as const;
