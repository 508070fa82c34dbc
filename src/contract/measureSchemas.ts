import { z } from 'zod';
import type { ClassComparison } from '../analysis/compareClasses.ts';
import type { GroupComparison } from '../analysis/compareGroups.ts';
import type { Interval } from '../analysis/interval.ts';
import type { PairMean } from '../analysis/pairMean.ts';
import type { Sentence } from '../analysis/sentences.ts';
import type { Subgroup } from '../analysis/subgroups.ts';
import type { StudyAnalysis } from '../analysis/summary.ts';
import type { VariantWeights } from '../analysis/variantWeights.ts';
import { implementationNoiseSchema } from '../study/noise.ts';
import { doubles, list } from './values.ts';

/** The schema of exactly the values that a type of the analysis has. */
type SchemaOf<Value> = z.ZodType<Value, Value>;

const fraction = z.number().nullable();

export const intervalSchema: SchemaOf<Interval> = z.object({
  low: z.number(),
  high: z.number(),
  level: z.number(),
  method: z.enum(['student-t', 'chi-square', 'jackknife-t', 'bootstrap-t']),
});
const interval = intervalSchema.nullable();

const pairMeanShape = { mean: fraction, interval };
export const pairMeanSchema: SchemaOf<PairMean> = z.object(pairMeanShape);

const distanceShape = { ...pairMeanShape, normalizedMean: fraction, normalizedInterval: interval };
const countedDistanceShape = { ...distanceShape, n: z.int() };

const layers = list(z.object({ ...distanceShape, layer: z.string(), parameters: z.int(), share: fraction }));

/** Distances between the weights of a variant's replicates. */
export const variantWeightsSchema: SchemaOf<VariantWeights> = z.object({
  name: z.string(),
  /** Rows of `distances` and `normalized`. */
  replicates: list(z.string()),
  trainable: z.object(distanceShape),
  withMovingStatistics: z.object(distanceShape),
  layers,
  distances: doubles,
  normalized: doubles,
});

const accuracy = z.object({
  n: z.int(),
  mean: fraction,
  interval,
  sd: fraction,
  sdInterval: interval,
  sdOfReplicates: fraction,
  sdBootstrap: interval,
});

const independent = z.object({ sd: z.number(), low: z.number(), high: z.number() }).nullable();

const topLine = z.object({ mean: fraction, sd: fraction, sdInterval: interval, independent });

const classRatio = z.object({
  class: z.int(),
  ratio: z.number(),
  null: z.object({ median: z.number(), low: z.number(), high: z.number(), simulations: z.int() }).nullable(),
  insideNull: z.boolean().nullable(),
});

const classSd = z.object({
  class: z.int(),
  name: z.string().nullable(),
  examples: z.int(),
  mean: fraction,
  sd: fraction,
  sdInterval: interval,
  independent,
});

const classShape = {
  perClassSd: list(classSd).nullable(),
  topLine: topLine.nullable(),
  perClassRatio: classRatio.nullable(),
};

/** How a variant's accuracy on each class spreads. */
export const variantClassesSchema = z.object({ name: z.string(), replicates: z.int(), ...classShape });

const identity = z.object({
  groups: list(list(z.int())).nullable(),
  firstDivergence: z
    .object({
      step: z.int(),
      tensor: z.int(),
      tensorName: z.string().nullable(),
      between: z.tuple([z.int(), z.int()]).readonly(),
    })
    .nullable(),
});

const permutation = z.object({
  pValue: z.number(),
  smallest: z.number(),
  isExact: z.boolean(),
  dealt: z.number(),
});

const spreadTest = z.object({
  statistic: z.number(),
  freedom: z.tuple([z.number(), z.number()]).readonly(),
  pValue: z.number(),
});

const meansShape = {
  ...{ difference: fraction, interval, equivalenceInterval: interval },
  ...{ statistic: fraction, freedom: fraction, pValue: fraction },
};

/** Two groups of replicates, compared; the analysis says what each value means. */
export const comparisonSchema: SchemaOf<GroupComparison> = z.object({
  isPaired: z.boolean(),
  ...meansShape,
  permutation: permutation.nullable(),
  above: fraction,
  sdRatio: fraction,
  sdRatioInterval: interval,
  spread: spreadTest.nullable(),
});

/** Two groups of replicates, compared on one class. */
export const classComparisonSchema: SchemaOf<ClassComparison> = z.object({
  class: z.int(),
  name: z.string().nullable(),
  examples: z.int(),
  means: z.tuple([z.number(), z.number()]).readonly(),
  ...meansShape,
  adjusted: fraction,
});

/** What is measured of a study; the analysis says what each value means. */
export const analysisSchema: SchemaOf<StudyAnalysis> = z.object({
  study: z.object({ id: z.string(), name: z.string() }),
  epoch: z.int(),
  variants: list(
    z.object({
      name: z.string(),
      implementation: implementationNoiseSchema.nullable(),
      perturbation: z.string().nullable(),
      replicates: z.int(),
      excluded: list(z.object({ index: z.int(), reason: z.string() })),
      accuracy,
      churn: z.object({ ...pairMeanShape, n: z.int() }),
      l2: z.object({
        ...countedDistanceShape,
        layers,
      }),
      l2WithMovingStatistics: z.object(countedDistanceShape),
      ...classShape,
      bitIdentical: z.boolean().nullable(),
      identity,
    }),
  ),
});

export const sentenceSchema: SchemaOf<Sentence> = z.object({
  subject: z.enum(['control', 'implementation', 'algorithmic', 'perturbation', 'difference']),
  tone: z.enum(['plain', 'warning']),
  text: z.string(),
});

const rateSpread = z.object({
  values: list(z.number()),
  mean: fraction,
  sd: fraction,
  sdInterval: interval,
  ratio: fraction,
  ratioInterval: interval,
});

/** Error rates of some of the test examples over the replicates of a variant. */
export const subgroupSchema: SchemaOf<Subgroup> = z.object({
  name: z.string(),
  attribute: z.string().nullable(),
  examples: z.int(),
  positives: z.int(),
  negatives: z.int(),
  rates: z.object({ accuracy: rateSpread, falsePositiveRate: rateSpread, falseNegativeRate: rateSpread }),
});
