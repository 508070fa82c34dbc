import { z } from 'zod';

/**
 * What a host answered about one study, kept for a window that has no host: a report. Answers are as they cross a channel,
 * so that they are validated again when they are read.
 */
export const recordingSchema = z.strictObject({
  /** Of the studio that recorded it. */
  version: z.string(),
  /** ISO 8601 time. */
  recorded: z.string(),
  /** Id of the study. */
  study: z.string(),
  /** By {@link questionKey}: the answer of a call, the events of a stream. */
  answers: z.record(z.string(), z.unknown()),
});
export type Recording = z.infer<typeof recordingSchema>;

/**
 * A question as text: the same for the same question, in whatever order its input names things.
 * @param procedure `<subject>.<name>`.
 */
export function questionKey(procedure: string, input: unknown): string {
  const ordered = (_key: string, value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : value;
  return `${procedure} ${JSON.stringify(input, ordered)}`;
}
