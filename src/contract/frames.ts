import { z } from 'zod';
import { NoisefloorError } from '../study/errors.ts';

/** Part of the protocol's name: a window and a host of different versions do not talk past each other. */
export const protocolName = 'noisefloor-1';

/** Events of a stream that a host may send before the client has asked for more: a slow window is not flooded. */
export const streamWindow = 32;

const id = z.int().min(1);

/** An error as it crosses a transport. */
export const errorSchema = z.object({
  code: z.string(),
  message: z.string(),
  details: z.record(z.string(), z.unknown()),
});
export type WireError = z.infer<typeof errorSchema>;

/** What a client says. */
export const requestSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('call'), id, procedure: z.string().max(200), input: z.unknown() }),
  z.strictObject({ type: z.literal('cancel'), id }),
  z.strictObject({ type: z.literal('more'), id, count: z.int().min(1).max(streamWindow) }),
]);
export type Request = z.infer<typeof requestSchema>;

/** What a host says. */
export const replySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('result'), id, value: z.unknown() }),
  z.object({ type: z.literal('event'), id, value: z.unknown() }),
  z.object({ type: z.literal('end'), id }),
  z.object({ type: z.literal('error'), id, error: errorSchema }),
]);
export type Reply = z.infer<typeof replySchema>;

/** @returns any error as it crosses a transport; what is not a NoisefloorError has the code `unexpected`. */
export function toWireError(error: unknown): WireError {
  if (error instanceof NoisefloorError) {
    return { code: error.code, message: error.message, details: { ...error.details } };
  }
  const why = error instanceof Error ? error.message : String(error);
  return {
    code: 'unexpected',
    message: `Something went wrong that Noisefloor did not foresee: ${why}`,
    details: {},
  };
}

/** @returns the error on the side that asked. */
export function fromWireError({ code, message, details }: WireError): NoisefloorError {
  return new NoisefloorError(code, message, { details });
}
