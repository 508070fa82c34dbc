import { z } from 'zod';
import { implementationNoiseSchema, noiseSources } from '../study/noise.ts';
import { datasetSchema, networkSchema } from '../study/task.ts';
import { studySchema } from '../study/study.ts';
import { call, stream } from './procedure.ts';
import { list, measured } from './values.ts';

const problem = z.object({
  /** For example `variants[0].sources.order`; empty for the study as a whole. */
  path: z.string(),
  message: z.string(),
  nearest: list(z.string()),
});

const preset = z.object({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  reference: z.string().nullable(),
  /** What has to be given before it can run, where it is not filled in already. */
  needs: list(z.object({ path: z.string(), what: z.string() })),
  /** A draft: what it needs is empty text. */
  study: z.unknown(),
});

const datasetKind = z.object({
  kind: z.enum(datasetSchema.options.map((option) => option.shape.kind.value)),
  title: z.string(),
  description: z.string(),
  needsPath: z.boolean(),
  licence: z.string().nullable(),
});

/** Data on this machine that a person added or fetched. */
const knownDataset = z.object({
  name: z.string(),
  dataset: datasetSchema,
  examples: z.object({ train: z.int(), test: z.int() }),
  classes: z.int(),
});

/** What a valid study will do. */
const meaning = z.object({
  study: studySchema,
  /** The study file: what `noisefloor run <file>` takes. */
  file: z.string(),
  /** What stands after `noisefloor` to run exactly this study from its preset, word by word; null where nothing does. */
  presetCommand: list(z.string()).nullable(),
  variants: list(z.object({ name: z.string(), description: z.string() })),
  sources: list(
    z.object({ source: z.enum(noiseSources), effective: z.boolean(), reason: z.string().nullable() }),
  ),
  remarks: list(z.string()),
});

/** What a few steps told about a study before it runs. */
const preparation = z.object({
  id: z.string(),
  dataset: z.object({
    hash: z.string(),
    name: z.string(),
    kind: z.string(),
    examples: z.object({ train: z.int(), test: z.int() }),
    shape: z.tuple([z.int(), z.int(), z.int()]),
    classes: z.int(),
    classNames: list(z.string()),
    decoder: z.string().nullable(),
  }),
  machine: z.unknown(),
  parameters: z.object({ trainable: z.int(), movingStatistics: z.int() }),
  repeatability: z.object({ repeatable: z.boolean(), processes: z.int(), steps: z.int() }),
  /** What suits the device as implementation noise, and why, in a sentence. */
  implementation: z.object({
    suits: implementationNoiseSchema.exclude(['deterministic']),
    sentence: z.string(),
  }),
  measured: list(z.object({ processes: z.int(), examplesPerSecond: measured })),
  parallel: z.int(),
  /** Training alone, of all replicates, at the measured pace; null where nothing was timed. */
  estimatedSeconds: measured.nullable(),
});

/** Planning a study, from a preset or a draft to a stored plan. */
export const planningProcedures = {
  presets: call(z.null(), z.object({ items: list(preset) })),
  datasetKinds: call(z.null(), z.object({ items: list(datasetKind), known: list(knownDataset) })),
  /** Whether a draft is a valid study, and what is wrong with which of its values. */
  validate: call(
    z.strictObject({ draft: z.unknown() }),
    z.object({ meaning: meaning.nullable(), problems: list(problem) }),
  ),
  /**
   * Reads a network of one's own: the network with its layers, as a study holds it.
   * Throws `path-not-chosen`, `network-file-unreadable`, `network-file-invalid`, and `network-unsupported` naming every layer.
   */
  network: call(z.strictObject({ path: z.string().min(1).max(4096) }), z.object({ network: networkSchema })),
  /**
   * Takes a few steps of a study in processes of their own; cancelling the stream ends them. The last event holds what
   * they told, which `create` and `runs.start` take by its id.
   * Throws `invalid-study`, `path-not-chosen`, `preparing-already`, `network-changed`, and what data, network or
   * TensorFlow refuse.
   */
  prepare: stream(
    z.strictObject({ study: studySchema, parallel: z.int().min(1).max(1024).nullable() }),
    z.discriminatedUnion('type', [
      z.object({ type: z.literal('preparing'), message: z.string() }),
      z.object({ type: z.literal('prepared'), preparation }),
    ]),
  ),
  /**
   * Stores a study with its planned replicates. Without a preparation its data are found out when it first runs.
   * Throws `invalid-study`, `path-not-chosen`, `preparation-unknown`, `preparation-differs`, `network-changed`.
   */
  create: call(
    z.strictObject({ study: studySchema, preparation: z.string().max(100).nullable() }),
    z.object({ study: z.string(), remarks: list(z.string()) }),
  ),
};
