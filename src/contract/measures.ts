import { z } from 'zod';
import { readings } from '../analysis/reading.ts';
import {
  analysisSchema,
  classComparisonSchema,
  comparisonSchema,
  intervalSchema,
  pairMeanSchema,
  sentenceSchema,
  subgroupSchema,
  variantClassesSchema,
  variantWeightsSchema,
} from './measureSchemas.ts';
import { call, stream } from './procedure.ts';
import {
  classIndices,
  doubles,
  epochOrLast,
  integers,
  list,
  replicateId,
  replicateName,
  studyId,
} from './values.ts';

const study = z.strictObject({ study: studyId });
const atEpoch = z.strictObject({ study: studyId, epoch: epochOrLast });

/** Each array is [replicates, epochs], row-major, NaN where nothing was recorded. */
const metrics = z.object({
  replicates: list(z.string()),
  epochs: z.int(),
  learningRate: doubles,
  loss: doubles,
  /** Fractions of the training and of the test examples. */
  accuracy: doubles,
  testLoss: doubles,
  testAccuracy: doubles,
  trainSeconds: doubles,
});

const predictions = z.object({
  epoch: z.int(),
  /** Rows of `classes`: replicates that reached the epoch and are not excluded. */
  replicates: list(replicateName),
  examples: z.int(),
  /** Predicted classes, row-major [replicates, examples]. */
  classes: classIndices,
  /** True classes [examples]; null where they are not known. */
  labels: integers.nullable(),
  classNames: list(z.string()).nullable(),
  /**
   * Where each test image has attributes instead of a class: then an example is the answer about one attribute of one image,
   * row-major [images, attributes], and its class is whether the image has it.
   */
  attributeNames: list(z.string()).nullable().default(null),
});

const churn = z.object({
  epoch: z.int(),
  replicates: list(replicateName),
  /** Churn of every two replicates: the upper triangle, pairs (0, 1), (0, 2) ... (1, 2) ...; [R (R - 1) / 2]. */
  matrix: doubles,
  variants: list(
    z.object({
      name: z.string(),
      replicates: z.int(),
      churn: pairMeanSchema,
      /** For each test example, the fraction of pairs that disagree on it; null below two replicates. */
      flipRates: doubles.nullable(),
    }),
  ),
  /** Mean churn between a replicate of one variant and one of another. */
  between: list(z.object({ first: z.string(), second: z.string(), churn: z.number().nullable() })),
});

const churnAtEpoch = z.object({
  epoch: z.int(),
  /** How many of the epochs are done with this one, and how many there are. */
  position: z.int(),
  epochs: z.int(),
  variants: list(
    z.object({
      name: z.string(),
      n: z.int(),
      mean: z.number().nullable(),
      interval: intervalSchema.nullable(),
    }),
  ),
});

const weights = z.object({ epoch: z.int(), variants: list(variantWeightsSchema) });

const weightsAtEpoch = z.object({
  epoch: z.int(),
  position: z.int(),
  epochs: z.int(),
  variants: list(variantWeightsSchema),
});

const classes = z.object({ epoch: z.int(), variants: list(variantClassesSchema) });

const attributeName = z.string().min(1).max(500);

const subgroups = z.object({
  epoch: z.int(),
  attributes: list(z.string()),
  variants: list(z.object({ name: z.string(), replicates: z.int(), groups: list(subgroupSchema) })),
});

/** Null for a replicate stands for the true classes. */
const twoLabellings = z.strictObject({
  ...{ study: studyId, epoch: epochOrLast },
  first: replicateId.nullable(),
  second: replicateId.nullable(),
});

const confusion = z.object({
  epoch: z.int(),
  examples: z.int(),
  /** Their names; numbers where the data set names none. */
  classes: list(z.string()),
  /** How many examples the first puts into each class where the second puts them into each; row-major [classes, classes]. */
  counts: integers,
});

const parting = z.object({
  replicate: z.int(),
  /** The first of the variant. */
  from: z.int(),
  /** Counted from 0; null where fingerprints agree as far as they were kept. */
  step: z.int().nullable(),
  tensor: z.string().nullable(),
  firstOtherBatch: z.int().nullable(),
  seedDifferences: z.array(z.string()),
  configurationDifferences: z.array(z.string()),
  explanation: z.string(),
});

/** Which replicates are bit-identical, and where the others part; the same as `certify --json`. */
const certificate = z.object({
  study: z.object({ id: z.string(), name: z.string() }),
  epoch: z.int(),
  steps: z.int(),
  tensors: z.int(),
  variants: z.array(
    z.object({
      variant: z.string(),
      replicates: z.int(),
      bitIdentical: z.boolean().nullable(),
      groups: z.array(z.array(z.int())).nullable(),
      steps: z.int(),
      partings: z.array(parting),
    }),
  ),
});

const comparedSide = z.strictObject({
  study: studyId,
  epoch: epochOrLast,
  replicates: z.array(replicateId).max(100_000),
});
const comparedResult = z.object({
  epoch: z.int(),
  /** Those that have a value; where they are compared in pairs, in the order of the pairs. */
  replicates: list(z.string()),
  values: doubles,
  churn: pairMeanSchema,
});

/** What studies measured. `nothing-recorded` is thrown where an epoch is asked for and there is none. */
export const measureProcedures = {
  metrics: call(study, metrics),
  predictions: call(atEpoch, predictions),
  analysis: call(atEpoch, z.object({ analysis: analysisSchema, sentences: list(sentenceSchema) })),
  churn: call(atEpoch, churn),
  /** The churn of each variant after every recorded epoch, as it is computed. */
  churnByEpoch: stream(study, churnAtEpoch),
  /** After which epochs weights were kept, by variant, and of how many replicates that count. */
  checkpoints: call(
    study,
    z.object({ items: list(z.object({ epoch: z.int(), variant: z.string(), replicates: z.int() })) }),
  ),
  /** How far apart the weights of each variant's replicates are. */
  weights: call(atEpoch, weights),
  /** The same after every epoch of which weights were kept, as it is computed. */
  weightsByEpoch: stream(study, weightsAtEpoch),
  /** How each variant's accuracy on each class spreads; null throughout where the true classes are not known. */
  classes: call(atEpoch, classes),
  /**
   * How each variant's error rates spread, over all test examples and by subgroup: of the paper's attributes where `splits` is
   * null, and of all attributes pooled where `attribute` is. Throws `attributes-unknown` where examples have one class each,
   * `attribute-unknown`.
   */
  subgroups: call(
    z.strictObject({
      ...{ study: studyId, epoch: epochOrLast },
      attribute: attributeName.nullable(),
      splits: z.array(attributeName).max(16).nullable(),
    }),
    subgroups,
  ),
  /** Throws `replicate-unknown` for one without predictions of the epoch, `labels-unknown` where there are no true classes. */
  confusion: call(twoLabellings, confusion),
  /** Two groups of replicates side by side, of any studies; the difference is the second less the first. */
  compare: call(
    z.strictObject({
      first: comparedSide,
      second: comparedSide,
      metric: z.enum(['testAccuracy', 'testLoss', 'accuracy', 'loss']),
      /** Of the epochs up to and including a side's own; predictions are those of that epoch. */
      reading: z.enum(readings),
      /** How many of the last of them a mean is of; null is all. */
      meanOf: z.int().positive().nullable(),
    }),
    z.object({
      first: comparedResult,
      second: comparedResult,
      comparison: comparisonSchema,
      churnBetween: z.number().nullable(),
      /** Null where the two did not predict the same examples, or their true classes are not known. */
      classes: list(classComparisonSchema).nullable(),
    }),
  ),
  /** Also as text, as `certify` prints it. */
  certificate: call(atEpoch, z.object({ certificate, text: z.string() })),
};
