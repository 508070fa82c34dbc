import { z } from 'zod';
import { call, stream } from './procedure.ts';
import { list } from './values.ts';

/** What this studio is and has. */
export const setupProcedures = {
  /** Where the library is, and which folders data may be read from beside those of stored studies. */
  library: call(z.null(), z.object({ path: z.string(), dataFolders: list(z.string()) })),
  /**
   * The folders inside of one that data may be read from; of null, those that data may be read from.
   * Throws `path-not-chosen`.
   */
  folders: call(
    z.strictObject({ folder: z.string().max(4096).nullable() }),
    z.object({
      /** Null where it may not be looked at. */
      parent: z.string().nullable(),
      items: list(z.object({ name: z.string(), path: z.string() })),
      /** How many more there are than are listed. */
      more: z.int(),
    }),
  ),
  /**
   * Sets up what training needs, with every line that is said meanwhile; giving the stream up ends it, and what is
   * finished stays. Throws `engine-preparing` where another window does so, `engine-not-prepared`.
   */
  prepareEngine: stream(
    z.null(),
    z.object({
      line: z.string(),
      /** Of the part at hand, 0 to 100; null where nobody knows. */
      percent: z.number().nullable(),
    }),
  ),
  /** Every part that training needs; `fix` says what to do where one is missing. */
  parts: call(
    z.null(),
    z.object({
      items: list(
        z.object({
          name: z.string(),
          status: z.enum(['ok', 'missing', 'damaged', 'unneeded']),
          version: z.string().nullable(),
          where: z.string().nullable(),
          fix: z.string().nullable(),
        }),
      ),
    }),
  ),
};
