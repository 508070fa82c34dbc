import { z } from 'zod';
import { call } from './procedure.ts';
import { list } from './values.ts';

/** What this studio is and has. */
export const setupProcedures = {
  /** Where the library is, and which folders data may be read from beside those of stored studies. */
  library: call(z.null(), z.object({ path: z.string(), dataFolders: list(z.string()) })),
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
