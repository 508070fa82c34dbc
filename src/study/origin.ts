import { z } from 'zod';
import { NoisefloorError } from './errors.ts';

/** Where a study comes from that was not trained here: what its logs say of it, null where they say nothing. */
export const originSchema = z
  .strictObject({
    /** What the logs are, for example `logs in the layout of the paper's code`. */
    logs: z.string().min(1).max(200),
    /** The folder they were read from. */
    path: z.string().min(1),
    network: z.string().min(1).max(200).nullable(),
    dataset: z.string().min(1).max(200).nullable(),
    /** Which column of the logs a person said is which number. */
    mapping: z.record(z.string().max(40), z.string().max(500)).optional(),
  })
  .describe('Logs that were made elsewhere: the study cannot be trained here, and its task is not known.');
export type Origin = z.infer<typeof originSchema>;

/** What is said of a variant that logs name. */
export const variantOfLogs = 'as its logs are named; what varied in it was not verified';

/** What a person should know about a study of logs made elsewhere, one sentence each. */
export function originNotes({ logs, path }: Origin): string[] {
  return [
    `Taken from ${logs} in ${path}. It was not trained here: its recipe, seeds and devices are not known, and what varied in its variants is what their names say.`,
  ];
}

/** @throws NoisefloorError `study-imported` for a study that cannot be trained here. */
export function refuseImported({ name, origin }: { name: string; origin?: Origin | undefined }): void {
  if (origin === undefined) return;
  throw new NoisefloorError(
    'study-imported',
    `${name} was taken from logs made elsewhere, so it cannot be trained here. Run what made them, and import its logs again.`,
    { details: { path: origin.path } },
  );
}
