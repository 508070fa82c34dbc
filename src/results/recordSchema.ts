import { z } from 'zod';
import { endings, tensorRoles } from './record.ts';

const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const seconds = z.number().min(0);
const time = z.iso.datetime({ offset: true });

/** JSON has no word for these; a replicate that diverges needs them. */
const notFinite = { NaN, Infinity, '-Infinity': -Infinity } as const;

const measured = z.codec(
  z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])]),
  z.union([z.number(), z.nan(), z.literal([Infinity, -Infinity])]),
  {
    decode: (stored) => (typeof stored === 'number' ? stored : notFinite[stored]),
    encode: (value) => {
      if (Number.isNaN(value)) {
        return 'NaN';
      }
      if (value === Infinity) {
        return 'Infinity';
      }
      return value === -Infinity ? '-Infinity' : value;
    },
  },
);

const tensorInfoSchema = z.strictObject({
  name: z.string().min(1).max(500),
  shape: z.array(count).max(16).readonly(),
  role: z.enum(tensorRoles),
});

/** A record from elsewhere must not lead out of its folder, so the names are fixed. */
const fileReference = (name: RegExp) =>
  z.strictObject({ file: z.string().regex(name), bytes: count, sha256: z.string().regex(/^[0-9a-f]{64}$/) });

const startedSchema = z.strictObject({
  type: z.literal('started'),
  attempt: z.int().min(1),
  at: time,
  pid: count,
  machine: z.json(),
  dataset: z
    .intersection(z.looseObject({ hash: z.string().min(1).max(200) }), z.record(z.string(), z.json()))
    .nullable(),
  tensors: z.array(tensorInfoSchema).max(100_000),
  fromEpoch: count,
});

const epochSchema = z.strictObject({
  type: z.literal('epoch'),
  epoch: count,
  steps: count,
  examples: count,
  learningRate: measured,
  loss: measured,
  accuracy: measured,
  testLoss: measured,
  testAccuracy: measured,
  trainSeconds: seconds,
  evaluateSeconds: seconds,
  recordSeconds: seconds,
  firstStep: count,
  skippedSteps: count.optional(),
  replacedImages: z.array(z.string()).optional(),
  state: fileReference(/^state-\d{1,9}\.safetensors$/),
  checkpoint: fileReference(/^checkpoints\/epoch-\d{1,9}\.safetensors$/).nullable(),
});

const endedSchema = z.strictObject({
  type: z.literal('ended'),
  status: z.enum(endings),
  at: time,
  epoch: count,
  step: count,
  reason: z.string().max(100_000).nullable(),
});

const headerSchema = z.discriminatedUnion('type', [startedSchema, epochSchema, endedSchema]);
export type RecordHeader = z.output<typeof headerSchema>;

export const sectionTypes = ['uint8', 'uint16', 'uint32', 'int32'] as const;
const sectionSchema = z.strictObject({
  name: z.string().max(40),
  type: z.enum(sectionTypes),
  /** Elements, not bytes. */
  length: count,
});

/** The JSON that leads a record's payload. */
export const payloadSchema = z.strictObject({
  record: headerSchema,
  sections: z.array(sectionSchema).max(16),
});
