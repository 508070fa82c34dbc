import {
  lastEpochAsText,
  referenceChurn,
  referenceDeviation,
  referenceDistance,
  referenceEpochs,
} from '../../analysis/asReference.ts';
import { rateNames, type RateName } from '../../analysis/attributeRates.ts';
import type { Interval } from '../../analysis/interval.ts';
import { analyseStudy, type VariantAnalysis } from '../../analysis/summary.ts';
import type { LibraryClient } from '../../library/client.ts';
import { paperSettings } from '../../study/paperFigures.ts';
import { checkpointsOf } from '../checkpointTensors.ts';
import { subgroupsOf } from '../subgroupsAtEpoch.ts';
import { readStudyAtEpoch } from '../readStudy.ts';
import type { MatchingStudy } from './matchingStudy.ts';

/** A number of a figure. */
export interface FigureValue {
  /** As the reference's files call it. */
  readonly metric: string;
  /** `Default`, `ALGO` or `IMPL`. */
  readonly setting: string;
  /** Null where it cannot be computed. */
  readonly value: number | null;
  readonly interval: Interval | null;
  /** Replicates that it was measured on. */
  readonly n: number;
  /** The epoch it was measured at, counted from 0. */
  readonly epoch: number;
}

type Measured = Pick<FigureValue, 'metric' | 'value' | 'interval' | 'n'>;

/** The paper's three measures of every setting, as `analyze` computes them. */
export async function spreadOfSettings(library: LibraryClient, study: MatchingStudy): Promise<FigureValue[]> {
  return measured(library, study, ({ accuracy, churn, l2 }) => [
    { metric: 'STDDEV(Accuracy)', value: accuracy.sd, interval: accuracy.sdInterval, n: accuracy.n },
    { metric: 'Churn', value: churn.mean, interval: churn.interval, n: churn.n },
    { metric: 'L2 Norm', value: l2.normalizedMean, interval: l2.normalizedInterval, n: l2.n },
  ]);
}

/** How much the class that spreads most spreads against all of them, and what independent errors would give. */
export async function classSpreadOfSettings(
  library: LibraryClient,
  study: MatchingStudy,
): Promise<FigureValue[]> {
  return measured(library, study, ({ accuracy, perClassSd, perClassRatio }) => {
    const { n } = accuracy;
    const [largest] = (perClassSd ?? [])
      .filter(({ sd }) => sd !== null)
      .toSorted((one, other) => (other.sd ?? 0) - (one.sd ?? 0));
    const plain = (metric: string, value: number | null | undefined): Measured => ({
      ...{ metric, value: value ?? null, interval: null, n },
    });
    const baseline = perClassRatio?.null;
    return [
      { metric: 'STDDEV(Accuracy)', value: accuracy.sd, interval: accuracy.sdInterval, n },
      { ...plain('Max STDDEV(Class Accuracy)', largest?.sd), interval: largest?.sdInterval ?? null },
      plain('Ratio', perClassRatio?.ratio),
      plain('Ratio of Independent Errors 5%', baseline?.low),
      plain('Ratio of Independent Errors 50%', baseline?.median),
      plain('Ratio of Independent Errors 95%', baseline?.high),
    ];
  });
}

const rateWords: Readonly<Record<RateName, string>> = {
  ...{ accuracy: 'Accuracy', falsePositiveRate: 'FPR', falseNegativeRate: 'FNR' },
};

/** How far error rates spread over all test images and by subgroup. */
export async function subgroupSpreadOfSettings(
  library: LibraryClient,
  { detail, variants }: MatchingStudy,
): Promise<FigureValue[]> {
  const epoch = detail.study.task.recipe.epochs - 1;
  const subgroups = await subgroupsOf(library, detail.id, epoch);
  const values = paperSettings.flatMap(({ setting }, position) => {
    const variant = subgroups.variants.find(({ name }) => name === variants[position]?.name);
    return (variant?.groups ?? []).flatMap(({ name, attribute, rates }) =>
      rateNames.flatMap((rate): FigureValue[] => {
        const { values: measuredOn, sd, sdInterval, ratio, ratioInterval } = rates[rate];
        const common = { setting, n: measuredOn.length, epoch };
        const spread = { metric: `STDDEV(${rateWords[rate]}, ${name})`, value: sd, interval: sdInterval };
        const against = {
          metric: `Ratio(${rateWords[rate]}, ${name})`,
          value: ratio,
          interval: ratioInterval,
        };
        return [{ ...common, ...spread }, ...(attribute === null ? [] : [{ ...common, ...against }])];
      }),
    );
  });
  return byMetric(values);
}

/** By metric, then by setting, as the reference orders them. */
async function measured(
  library: LibraryClient,
  { detail, variants }: MatchingStudy,
  measure: (variant: VariantAnalysis) => readonly Measured[],
): Promise<FigureValue[]> {
  const epoch = detail.study.task.recipe.epochs - 1;
  const analysis = analyseStudy(await readStudyAtEpoch(library, detail.id, epoch));
  const values = paperSettings.flatMap(({ setting }, position) => {
    const variant = analysis.variants.find(({ name }) => name === variants[position]?.name);
    return variant === undefined ? [] : measure(variant).map((each) => ({ ...each, setting, epoch }));
  });
  return byMetric(values);
}

/** What the reference's script makes of the first replicates of every setting; see `asReference`. */
export async function referenceSpreadOfSettings(
  library: LibraryClient,
  { detail, variants }: MatchingStudy,
  replicates: number,
): Promise<FigureValue[]> {
  const { epochs } = detail.study.task.recipe;
  const last = epochs - 1;
  const metrics = await library.metrics(detail.id);
  const rowOf = new Map(metrics.replicateIds.map((id, row) => [id, row]));
  const kept = await library.keptCheckpoints(detail.id);
  const keepsWeights = (epoch: number): boolean => kept.some((each) => each.epoch === epoch);
  const recorded = new Set((await library.predictionEpochs(detail.id)).map(({ epoch }) => epoch));
  const saved = referenceEpochs(epochs);
  const predicted = lastEpochAsText(saved.filter((epoch) => recorded.has(epoch))) ?? last;
  const weighed = lastEpochAsText(saved.filter(keepsWeights)) ?? last;
  const predictions = new Map(
    (await library.predictionsAt(detail.id, predicted)).map(({ replicateId, classes }) => [
      replicateId,
      classes,
    ]),
  );
  const values: FigureValue[] = [];
  for (const [position, { setting }] of paperSettings.entries()) {
    const ids = (variants[position]?.finished ?? []).slice(0, replicates).map(({ id }) => id);
    const accuracies = ids.flatMap((id) => {
      const accuracy = metrics.testAccuracy[(rowOf.get(id) ?? 0) * metrics.epochs + last];
      return accuracy === undefined || Number.isNaN(accuracy) ? [] : [accuracy];
    });
    const rows = ids.flatMap((id) => predictions.get(id) ?? []);
    const weights = await checkpointsOf(library, ids, weighed);
    const plain = (metric: string, value: number | null, n: number, epoch: number): FigureValue => ({
      ...{ metric, setting, value, interval: null, n, epoch },
    });
    values.push(
      plain('STDDEV(Accuracy)', referenceDeviation(accuracies), accuracies.length, last),
      plain('Churn', referenceChurn(rows), rows.length, predicted),
      plain('L2 Norm', referenceDistance(weights), weights.length, weighed),
    );
  }
  return byMetric(values);
}

function byMetric(values: readonly FigureValue[]): FigureValue[] {
  return [...Map.groupBy(values, ({ metric }) => metric).values()].flat();
}
