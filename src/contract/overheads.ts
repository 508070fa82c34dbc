import { z } from 'zod';
import { kernelFamilies, type ComparedProfiles } from '../analysis/kernelProfile.ts';
import type { ComparedModel } from '../analysis/overheads.ts';
import { intervalSchema } from './measureSchemas.ts';
import { call } from './procedure.ts';
import { list } from './values.ts';

type SchemaOf<Value> = z.ZodType<Value, Value>;

const totals = z.object({ kernels: z.number(), memory: z.number(), all: z.number() });
const time = z.object({ nanoseconds: z.number(), calls: z.number() });

const comparedProfiles: SchemaOf<ComparedProfiles> = z.object({
  before: totals,
  after: totals,
  kernelRatio: z.number().nullable(),
  allRatio: z.number().nullable(),
  kernels: list(
    z.object({
      name: z.string(),
      short: z.string(),
      family: z.enum(kernelFamilies),
      change: z.enum(['matched', 'substituted', 'new', 'gone']),
      instead: list(z.string()),
      before: time,
      after: time,
      added: z.number(),
    }),
  ),
  cumulative: z.object({ before: list(z.number()), after: list(z.number()) }),
});

const model: SchemaOf<ComparedModel> = z.object({
  model: z.string(),
  device: z.string().nullable(),
  settings: list(
    z.object({
      setting: z.string(),
      seconds: z.number().nullable(),
      peakBytes: z.number(),
      ratio: z.number().nullable(),
      interval: intervalSchema.nullable(),
      n: z.int(),
    }),
  ),
  profiles: list(
    z.object({
      profiler: z.string(),
      setting: z.string(),
      baseline: z.string(),
      compared: comparedProfiles,
      referenceRatio: z.number().nullable(),
    }),
  ),
  failure: z.string().nullable(),
});

const overhead = z.object({
  id: z.string(),
  name: z.string(),
  created: z.string(),
  iterations: z.int().nullable(),
  batchSize: z.int().nullable(),
  side: z.int().nullable(),
  settings: list(z.string()),
  models: list(model),
});

/** What determinism takes away in a study, beside what it costs its network. */
const price = z.object({
  network: z.string(),
  study: z.object({ id: z.string(), name: z.string() }),
  /** The variant that has implementation noise alone. */
  variant: z.string(),
  replicates: z.int(),
  /** Of that variant: what is left where determinism takes it away is none. */
  churn: z.number().nullable(),
  sd: z.number().nullable(),
  /** Time of deterministic over default execution. */
  ratio: z.number(),
  interval: intervalSchema.nullable(),
  measurement: z.string(),
});

/** Measurements of what deterministic execution costs. */
export const overheadProcedures = {
  /** The newest first. */
  list: call(z.null(), z.object({ items: list(overhead) })),
  /** Price against variance removed, for every network that was both timed and trained under implementation noise alone. */
  prices: call(z.null(), z.object({ items: list(price) })),
};
