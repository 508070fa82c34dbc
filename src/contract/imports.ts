import { z } from 'zod';
import { stream } from './procedure.ts';
import { list } from './values.ts';

const epochs = list(z.int().nullable());

/** What an import brings or would bring; `replicates` and `continued` are null where nothing was taken in yet. */
const report = z.object({
  dryRun: z.boolean(),
  path: z.string(),
  labels: z.string(),
  studies: list(
    z.object({
      id: z.string(),
      name: z.string(),
      runs: list(
        z.object({
          folder: z.string(),
          variant: z.string(),
          replicate: z.int(),
          metrics: z.string().nullable(),
          epochs: z.int(),
          predictions: epochs,
          checkpoints: epochs,
          fault: z.object({ code: z.string(), message: z.string() }).nullable(),
        }),
      ),
    }),
  ),
  leftOut: list(z.object({ path: z.string(), why: z.string() })),
  replicates: z.int().nullable(),
  continued: z.int().nullable(),
});

const path = z.string().trim().min(1).max(4096);

const asked = z.strictObject({
  path,
  /** With named groups; null where names are told by what is known. */
  pattern: z.string().min(1).max(2000).nullable(),
  /** A file of true classes, and the study whose test set was predicted; both null where they are not known. */
  labels: path.nullable(),
  labelsOf: z.string().max(200).nullable(),
  /** Which column, tag or metric is which number. */
  mapping: z.record(z.string().max(40), z.string().max(500)),
  leaveOutFaulty: z.boolean(),
});

const told = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), message: z.string() }),
  z.object({ type: z.literal('report'), report }),
]);

/**
 * Logs made elsewhere. The last event of each holds its report; cancelling a stream gives it up, and nothing is changed then.
 * Both throw `path-not-chosen`, `import-missing`, `import-nothing`, `import-pattern`, `import-twins`, `import-too-many`,
 * `invalid-mapping` and `log-invalid` for labels that cannot be read.
 */
export const importProcedures = {
  /** Reads everything that would be taken in, and changes nothing. */
  check: stream(asked, told),
  /** Takes in all of it or nothing. Throws `import-refused` naming what is faulty. */
  take: stream(asked, told),
};
