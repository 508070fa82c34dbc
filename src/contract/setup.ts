import { z } from 'zod';
import { errorSchema } from './frames.ts';
import { call, stream } from './procedure.ts';
import { list } from './values.ts';

/** `own` is the person's; `sample` is shipped to look at; `opened` is any other that was opened here. */
export const libraryKind = z.enum(['own', 'sample', 'opened']);

const libraryId = z.string().regex(/^[a-z0-9]{1,64}$/, 'expected the id of a library');

const libraryEntry = z.object({
  /** The same for the same path, whichever host and whenever; a path is never asked for by it. */
  id: libraryId,
  /** For people to read. */
  path: z.string(),
  kind: libraryKind,
  /** Whether this window shows it. */
  current: z.boolean(),
  /** One that does not exist yet is made when it is first used, if it is the person's own. */
  exists: z.boolean(),
  /** Why it could not be opened the last time, or null. */
  error: errorSchema.nullable(),
});
export type LibraryEntry = z.infer<typeof libraryEntry>;

/** Which library a window shows. */
const shownLibrary = z.object({
  id: libraryId,
  path: z.string(),
  kind: libraryKind,
  /** Whether a new window would show it too. */
  isStart: z.boolean(),
});
export type ShownLibrary = z.infer<typeof shownLibrary>;

/**
 * Which library a window shows. All other procedures answer from it; while it is being changed they wait. Where the new
 * one cannot be opened the window keeps the one it had, and the library's own error is thrown: `library-locked`,
 * `library-damaged`, `library-from-the-future`, `library-schema-foreign`, `library-not-a-database`, and so on.
 * Planning, and copying a plan, in the sample stores into the person's own library, which the window then shows.
 */
export const libraryProcedures = {
  libraries: call(z.null(), z.object({ items: list(libraryEntry) })),
  /** Null is what a new window shows. Throws `library-unknown`, `library-missing`. */
  useLibrary: call(z.strictObject({ id: libraryId.nullable() }), z.object({ library: shownLibrary })),
  /**
   * Opens a library, or makes a new one, that this host did not offer. A name without a folder is beside the own library.
   * Throws `path-not-chosen`, `library-missing`, `library-exists`, `library-name`, `too-many-libraries`.
   */
  openLibrary: call(
    z.strictObject({ path: z.string().trim().min(1).max(4096), create: z.boolean() }),
    z.object({ library: shownLibrary }),
  ),
  /** What the window shows now, then whenever it changes. */
  watchLibrary: stream(z.null(), z.object({ type: z.literal('state'), state: shownLibrary })),
};

/** What this studio is and has. */
export const setupProcedures = {
  ...libraryProcedures,
  /** Where the library is, and which folders data may be read from beside those of stored studies. */
  library: call(z.null(), z.object({ path: z.string(), dataFolders: list(z.string()) })),
  /**
   * The folders inside of one that data may be read from; of null, those that data may be read from. Files are listed of
   * the kind that is asked for.
   * Throws `path-not-chosen`.
   */
  folders: call(
    z.strictObject({ folder: z.string().max(4096).nullable(), files: z.literal('networks').optional() }),
    z.object({
      /** Null where it may not be looked at. */
      parent: z.string().nullable(),
      items: list(z.object({ name: z.string(), path: z.string() })),
      files: list(z.object({ name: z.string(), path: z.string() })),
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
