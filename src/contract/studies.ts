import { z } from 'zod';
import { studySchema } from '../study/study.ts';
import { variantSchema } from '../study/variant.ts';
import { intervalSchema } from './measureSchemas.ts';
import { call } from './procedure.ts';
import { done, list, replicateStatus, studyId } from './values.ts';

/** The final test accuracy of a variant's finished replicates: enough for a small picture. */
const miniResult = z.object({
  variant: z.string(),
  /** One a finished replicate, fractions. */
  accuracies: list(z.number()),
  mean: z.number().nullable(),
  /** Null below two replicates. */
  sd: z.number().nullable(),
  sdInterval: intervalSchema.nullable(),
});

const summaryShape = {
  id: z.string(),
  name: z.string(),
  /** ISO 8601 time. */
  created: z.string(),
  preset: z.string().nullable(),
  seed: z.int(),
  status: z.enum(['planned', 'running', 'incomplete', 'finished']),
  /** All replicates, and how many have each status. */
  replicates: z.int(),
  counts: z.record(replicateStatus, z.int()),
  excluded: z.int(),
  /** Bytes. */
  recordedBytes: z.number(),
};

const discarded = z.object({
  id: z.string(),
  name: z.string(),
  /** ISO 8601 times: when it was thrown away, and when it will be gone for good. */
  discarded: z.string(),
  gone: z.string(),
});

/** What is known of a data set beside its examples. */
const dataset = z.object({
  hash: z.string(),
  /** Name, kind, numbers of examples, shape, classes, as the data set's loader described it. */
  identity: z.record(z.string(), z.unknown()),
  classNames: list(z.string()).nullable(),
  testExamples: z.int(),
});

const detail = z.object({
  ...summaryShape,
  study: studySchema,
  variants: list(z.object({ variant: variantSchema, description: z.string() })),
  notes: z.string(),
  dataset: dataset.nullable(),
  /** At which epochs (counted from 0) there are predictions, and of how many replicates that count. */
  recorded: list(z.object({ epoch: z.int(), variant: z.string(), replicates: z.int() })),
  /** What a person should know about the study's settings, one sentence each. */
  remarks: list(z.string()),
  resultsFolder: z.string(),
});

/** Studies of the library: `study-unknown` is thrown by all that name one. */
export const studyProcedures = {
  /** All studies, the newest first. */
  list: call(z.null(), z.object({ items: list(z.object({ ...summaryShape, results: list(miniResult) })) })),
  detail: call(z.strictObject({ study: studyId }), detail),
  /** The study as a study file says it, ready to be saved. */
  file: call(z.strictObject({ study: studyId }), z.object({ name: z.string(), text: z.string() })),
  rename: call(z.strictObject({ study: studyId, name: z.string().trim().min(1).max(200) }), done),
  setNotes: call(z.strictObject({ study: studyId, notes: z.string().max(100_000) }), done),
  /** Plans the same study again, with nothing recorded. */
  duplicate: call(
    z.strictObject({ study: studyId, name: z.string().trim().min(1).max(200) }),
    z.object({ study: z.string() }),
  ),
  /** Throws a study away; {@link studyProcedures.restore} takes it back until it is gone. Throws `study-running`. */
  discard: call(z.strictObject({ study: studyId }), discarded),
  discarded: call(z.null(), z.object({ items: list(discarded) })),
  restore: call(z.strictObject({ study: studyId }), done),
};
