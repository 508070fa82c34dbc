import { z } from 'zod';

/** What Electron's main process says to the process of the host; each window's connection has a number. */
export const toHostSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('connect'), window: z.int() }),
  z.object({ type: z.literal('message'), window: z.int(), data: z.instanceof(Uint8Array) }),
  z.object({ type: z.literal('disconnect'), window: z.int() }),
  /** The person chose a library's file in a dialog of the system. */
  z.object({ type: z.literal('choose'), file: z.string() }),
  z.object({ type: z.literal('close') }),
]);
export type ToHost = z.infer<typeof toHostSchema>;

/** What the host says. */
export const fromHostSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('message'), window: z.int(), data: z.instanceof(Uint8Array) }),
  z.object({ type: z.literal('disconnect'), window: z.int() }),
]);
export type FromHost = z.infer<typeof fromHostSchema>;
