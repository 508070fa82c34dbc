import { parentPort } from 'node:worker_threads';
import { crossChurn, flipRates } from '../analysis/churn.ts';
import { churnByEpoch, churnOf, type EpochChurn } from '../analysis/churnByEpoch.ts';
import { partialDisagreements } from '../analysis/disagreement.ts';
import { compareClasses, type ClassComparison } from '../analysis/compareClasses.ts';
import { compareGroups, comparisonDraws, type GroupComparison } from '../analysis/compareGroups.ts';
import { measureClasses, type ClassMeasure } from '../analysis/measures/classAccuracy.ts';
import { usualLevel } from '../analysis/interval.ts';
import type { PairMean } from '../analysis/pairMean.ts';
import { predictionsFromRows, type ClassIndices, type Predictions } from '../analysis/predictions.ts';
import { studySentences, type Sentence } from '../analysis/sentences.ts';
import { measureSubgroups, type Subgroup, type SubgroupChoice } from '../analysis/subgroups.ts';
import type { StudyAtEpoch, VariantAtEpoch } from '../analysis/studyAtEpoch.ts';
import { analyseStudy, type StudyAnalysis } from '../analysis/summary.ts';
import { variantWeights, type VariantWeights, type WeightGroup } from '../analysis/variantWeights.ts';
import {
  certifyVariant,
  type ReplicateEvidence,
  type VariantCertificate,
} from '../determinism/certificate.ts';
import type { RenderedFigure, renderFigure } from '../rendering/render.ts';
import { threadError, type ThreadAnswer } from './askThread.ts';

/** The predictions of a variant's replicates, one row a replicate. */
export interface PredictionGroup {
  readonly name: string;
  readonly rows: readonly ClassIndices[];
}

/** Churn within each variant, and between any two. */
export interface GroupChurn {
  readonly variants: readonly {
    readonly name: string;
    readonly replicates: number;
    readonly churn: PairMean;
    /** For each test example, the fraction of pairs of replicates that disagree on it; null below two replicates. */
    readonly flipRates: Float64Array | null;
  }[];
  /** Mean churn between a replicate of one variant and one of another, for every two variants with predictions. */
  readonly between: readonly {
    readonly first: string;
    readonly second: string;
    readonly churn: number | null;
  }[];
}

/** How a variant's accuracy on each class spreads. */
export interface VariantClasses extends ClassMeasure {
  readonly name: string;
  readonly replicates: number;
}

/** Two groups of replicates: their values, and what they predicted. */
export interface ComparedGroups {
  readonly first: readonly number[];
  readonly second: readonly number[];
  readonly isPaired: boolean;
  readonly rows: readonly [readonly ClassIndices[], readonly ClassIndices[]];
  /** Whether both predicted the same examples. */
  readonly isSameTest: boolean;
  /** True classes of those examples; null where they are not known. */
  readonly labels: Int32Array | null;
  readonly classNames: readonly string[] | null;
  /** Whether labels are answers about attributes, which `classNames` then names. */
  readonly hasAttributes: boolean;
}

interface GroupsCompared {
  readonly comparison: GroupComparison;
  readonly churns: readonly [PairMean, PairMean];
  readonly between: number | null;
  readonly classes: readonly ClassComparison[] | null;
}

/** What a variant is certified from. */
export interface VariantEvidence {
  readonly variant: VariantAtEpoch;
  readonly tensorNames: readonly string[] | null;
  /** Of each replicate. */
  readonly evidence: readonly ReplicateEvidence[];
}

/** Churn within a variant at the end of an epoch. */
export interface VariantEpochChurn extends EpochChurn {
  readonly name: string;
}

/** What is computed on another thread, by name: what it takes and what it gives. */
interface Computations {
  /** Disagreements over the examples `from` to `to`; the predictions lie in shared memory. */
  disagreements: {
    given: { readonly predictions: Predictions; readonly from: number; readonly to: number };
    result: Uint32Array<ArrayBuffer>;
  };
  churn: { given: readonly PredictionGroup[]; result: GroupChurn };
  epochChurn: {
    given: { readonly epoch: number; readonly groups: readonly PredictionGroup[] };
    result: readonly VariantEpochChurn[];
  };
  analysis: {
    given: StudyAtEpoch;
    result: { readonly analysis: StudyAnalysis; readonly sentences: readonly Sentence[] };
  };
  weights: { given: WeightGroup; result: VariantWeights };
  compare: { given: ComparedGroups; result: GroupsCompared };
  certificate: { given: VariantEvidence; result: VariantCertificate };
  classes: {
    given: { readonly study: Omit<StudyAtEpoch, 'variants'>; readonly groups: readonly PredictionGroup[] };
    result: readonly VariantClasses[];
  };
  /** One list a variant, in the order of the groups. */
  subgroups: {
    given: {
      readonly groups: readonly PredictionGroup[];
      readonly labels: Int32Array;
      readonly attributeNames: readonly string[];
      readonly choice: SubgroupChoice;
    };
    result: readonly Subgroup[][];
  };
  /** Draws a figure. */
  render: { given: Readonly<Parameters<typeof renderFigure>>; result: RenderedFigure };
}

export type Computation = keyof Computations;
export type Given<Name extends Computation> = Computations[Name]['given'];
export type Result<Name extends Computation> = Computations[Name]['result'];

/** Asks a worker for a computation. */
export interface ComputationRequest<Name extends Computation = Computation> {
  readonly computation: Name;
  readonly given: Given<Name>;
}

const computations: { [Name in Computation]: (given: Given<Name>) => Result<Name> | Promise<Result<Name>> } =
  {
    disagreements: ({ predictions, from, to }) =>
      new Uint32Array(partialDisagreements(predictions, from, to)),
    churn: groupChurn,
    epochChurn: ({ epoch, groups }) =>
      groups.flatMap(({ name, rows }) =>
        churnByEpoch([{ epoch, rows }]).map((churn) => ({ name, ...churn })),
      ),
    analysis: (study) => {
      const analysis = analyseStudy(study);
      return { analysis, sentences: studySentences(analysis) };
    },
    weights: variantWeights,
    compare: comparedGroups,
    certificate: ({ variant, tensorNames, evidence }) => certifyVariant(variant, tensorNames, evidence),
    subgroups: ({ groups, labels, attributeNames, choice }) =>
      groups.map(({ rows }) => measureSubgroups({ rows, labels, attributeNames }, choice)),
    classes: ({ study, groups }) => groups.map((group) => groupClasses(group, study)),
    render: async (given) => {
      // Fonts and renderers are heavy; threads that measure never need them.
      const { renderFigure: render } = await import('../rendering/render.ts');
      return render(...given);
    },
  };

function groupClasses(
  { name, rows }: PredictionGroup,
  study: Omit<StudyAtEpoch, 'variants'>,
): VariantClasses {
  const replicates = rows.map((predictions, index) => ({
    ...{ index, predictions, accuracy: null, weights: null, fingerprints: null },
  }));
  const context = { study: { ...study, variants: [] }, level: usualLevel, seed: 0 };
  return {
    ...{ name, replicates: rows.length },
    ...measureClasses({ name, implementation: null, replicates }, context),
  };
}

function comparedGroups(given: ComparedGroups): GroupsCompared {
  const { first, second, isPaired, rows, isSameTest, labels, classNames, hasAttributes } = given;
  const [ours, theirs] = rows;
  const isSame = isSameTest && ours.length > 0 && theirs.length > 0 && ours[0]?.length === theirs[0]?.length;
  // Pairs of which one predicted nothing would go out of step.
  const inPairs = isPaired && ours.length === first.length && theirs.length === second.length;
  return {
    comparison: compareGroups(first, second, isPaired, comparisonDraws()),
    churns: [churnOf(ours), churnOf(theirs)],
    between: isSame ? crossChurn(predictionsFromRows(ours), predictionsFromRows(theirs)) : null,
    classes:
      isSame && labels !== null
        ? compareClasses({ rows, labels, classNames, hasAttributes, isPaired: inPairs })
        : null,
  };
}

function groupChurn(groups: Given<'churn'>): GroupChurn {
  const present = groups.filter(({ rows }) => rows.length > 0);
  const predictions = new Map(present.map(({ name, rows }) => [name, predictionsFromRows(rows)]));
  const pairs = [...predictions].flatMap(([first, own], position) =>
    [...predictions]
      .slice(position + 1)
      .map(([second, others]) => ({ first, second, churn: crossChurn(own, others) })),
  );
  return {
    variants: groups.map(({ name, rows }) => {
      const own = predictions.get(name);
      const rates = own === undefined ? null : flipRates(own);
      return { name, replicates: rows.length, churn: churnOf(rows), flipRates: rates };
    }),
    between: pairs,
  };
}

async function answer({ computation, given }: ComputationRequest): Promise<ThreadAnswer> {
  try {
    // Whoever asks has been made to give what the computation of that name takes.
    return { result: await (computations[computation] as (value: unknown) => unknown)(given) };
  } catch (error) {
    return threadError(error, 'analysis-failed');
  }
}

parentPort?.on('message', (request: ComputationRequest) => {
  void answer(request).then((reply) => {
    const counts = 'result' in reply && reply.result instanceof Uint32Array ? [reply.result.buffer] : [];
    parentPort?.postMessage(reply, counts as ArrayBuffer[]);
  });
});
