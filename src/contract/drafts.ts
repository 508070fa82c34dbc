import { z } from 'zod';
import { call } from './procedure.ts';
import { done, list } from './values.ts';

/** Chosen by the window that begins a draft. */
const draftId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,79}$/, 'expected the id of a draft');

const summaryShape = {
  id: z.string(),
  /** Of the study that it becomes; it may be empty. */
  name: z.string(),
  /** ISO 8601 time of the last change. */
  updated: z.string(),
};

/** Plans that are still being made. They are the library's, so that they outlive windows and hosts. */
export const draftProcedures = {
  /** All of them, the last changed first. */
  list: call(z.null(), z.object({ items: list(z.object(summaryShape)) })),
  /** Throws `draft-unknown`. */
  read: call(z.strictObject({ draft: draftId }), z.object({ ...summaryShape, content: z.unknown() })),
  /** Keeps a draft, new or in place of what it said before. Throws `draft-too-large`. */
  save: call(z.strictObject({ draft: draftId, name: z.string().max(200), content: z.json() }), done),
  delete: call(z.strictObject({ draft: draftId }), done),
};
