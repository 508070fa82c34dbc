import { rateNames } from '../../src/analysis/attributeRates.ts';
import type { ComparedModel } from '../../src/analysis/overheads.ts';
import type { StudyAnalysis } from '../../src/analysis/summary.ts';
import { churnDetail } from '../../src/host/churnDetail.ts';
import { readOverhead } from '../../src/host/overhead/readOverheads.ts';
import { subgroupsOf } from '../../src/host/subgroupsAtEpoch.ts';
import type { LibraryClient } from '../../src/library/client.ts';
import { analyse } from './analysisCommand.ts';
import { plainTable } from './terminal/plainTable.ts';

/** The measures that `analyze --measure` shows in detail. */
export const measureNames = ['accuracy', 'churn', 'l2', 'classes', 'subgroups', 'overhead'] as const;
export type MeasureName = (typeof measureNames)[number];

/** One measure of a study: as JSON, and as rows of numbers. Fractions are fractions, missing values null. */
export interface MeasureDetail {
  json: unknown;
  header: readonly string[];
  rows: readonly (readonly (string | number | null)[])[];
  text: () => string;
}

/**
 * One measure of a study in detail.
 * @throws NoisefloorError as readStudyAtEpoch.
 */
export async function measureDetail(
  library: LibraryClient,
  study: string,
  epoch: number | null,
  measure: MeasureName,
): Promise<MeasureDetail> {
  if (measure === 'churn') {
    return churnRows(library, study, epoch);
  }
  if (measure === 'overhead') return overheadRows(library, study);
  if (measure === 'subgroups') return subgroupRows(library, study, epoch);
  const analysis = await analyse(library, study, epoch);
  switch (measure) {
    case 'accuracy':
      return accuracyRows(analysis);
    case 'l2':
      return distanceRows(analysis);
    case 'classes':
      return classRows(analysis);
  }
}

async function churnRows(
  library: LibraryClient,
  study: string,
  epoch: number | null,
): Promise<MeasureDetail> {
  const detail = await churnDetail(library, study, epoch);
  const rows = detail.replicates.flatMap((row, position) =>
    detail.replicates.slice(position + 1).map((column, offset) => {
      const value = detail.matrix[position]?.[position + 1 + offset] ?? null;
      return [row.variant, row.index, column.variant, column.index, value];
    }),
  );
  const header = ['variant', 'replicate', 'other_variant', 'other_replicate', 'churn'];
  const perEpoch = detail.variants.flatMap(({ name, perEpoch: series }) =>
    series.map((at) => [name, at.epoch, at.mean, at.interval?.low ?? null, at.interval?.high ?? null]),
  );
  return {
    json: detail,
    header,
    rows,
    text: () =>
      [plainTable(['variant', 'epoch', 'churn', 'low', 'high'], perEpoch), plainTable(header, rows)].join(
        '\n\n',
      ),
  };
}

async function subgroupRows(
  library: LibraryClient,
  study: string,
  epoch: number | null,
): Promise<MeasureDetail> {
  const detail = await subgroupsOf(library, study, epoch);
  const header = [
    ...['variant', 'replicates', 'subgroup', 'examples', 'rate', 'mean', 'sd', 'sd_low', 'sd_high'],
    ...['sd_ratio_to_all', 'ratio_low', 'ratio_high'],
  ];
  const rows = detail.variants.flatMap(({ name, replicates, groups }) =>
    groups.flatMap((group) =>
      rateNames.map((rate) => {
        const { mean, sd, sdInterval, ratio, ratioInterval } = group.rates[rate];
        return [
          ...[name, replicates, group.name, group.examples, rateKeys[rate], mean, sd],
          ...[sdInterval?.low ?? null, sdInterval?.high ?? null, ratio],
          ...[ratioInterval?.low ?? null, ratioInterval?.high ?? null],
        ];
      }),
    ),
  );
  return { json: detail, header, rows, text: () => plainTable(header, rows) };
}

/** What settings took against the first: by the clock, and by what a profiler counted on the device. */
async function overheadRows(library: LibraryClient, wanted: string): Promise<MeasureDetail> {
  const { id, name, models, ...measured } = await readOverhead(library, wanted);
  const header = ['model', 'setting', 'time', 'ratio', 'ratio_low', 'ratio_high', 'overhead_percent', 'n'];
  const added = (ratio: number | null): number | null => (ratio === null ? null : 100 * (ratio - 1));
  const rows = models.flatMap(({ model, settings, profiles }) => [
    ...settings
      .slice(1)
      .map(({ setting, ratio, interval, n }) => [
        ...[model, setting, 'wall', ratio, interval?.low ?? null, interval?.high ?? null, added(ratio), n],
      ]),
    ...profiles.flatMap(({ profiler, setting, compared: { kernelRatio, allRatio } }) => [
      [model, setting, `${profiler} kernels`, kernelRatio, null, null, added(kernelRatio), 1],
      [model, setting, `${profiler} all`, allRatio, null, null, added(allRatio), 1],
    ]),
  ]);
  return {
    json: { study: { id, name }, ...measured, models: models.map(withRatios) },
    header,
    rows,
    text: () => plainTable(header, rows),
  };
}

/** Ratios where somebody looks for them first. */
function withRatios({ profiles, ...model }: ComparedModel) {
  return {
    ...model,
    profiles: profiles.map(({ compared: { kernelRatio, allRatio, ...compared }, ...profile }) => ({
      ...{ ...profile, kernelRatio, allRatio },
      ...compared,
    })),
  };
}

const rateKeys = {
  accuracy: 'accuracy',
  falsePositiveRate: 'false_positive_rate',
  falseNegativeRate: 'false_negative_rate',
} as const;

function accuracyRows(analysis: StudyAnalysis): MeasureDetail {
  const header = ['variant', 'replicates', 'mean', 'sd', 'sd_low', 'sd_high', 'sd_of_replicates'];
  const rows = analysis.variants.map(({ name, accuracy }) => [
    name,
    accuracy.n,
    accuracy.mean,
    accuracy.sd,
    accuracy.sdInterval?.low ?? null,
    accuracy.sdInterval?.high ?? null,
    accuracy.sdOfReplicates,
  ]);
  const variants = analysis.variants.map(({ name, replicates, accuracy }) => ({
    name,
    replicates,
    accuracy,
  }));
  return detailOf(analysis, variants, header, rows);
}

function distanceRows(analysis: StudyAnalysis): MeasureDetail {
  const header = ['variant', 'layer', 'mean', 'normalized_mean'];
  const rows = analysis.variants.flatMap(({ name, l2 }) => [
    [name, '(all trainable)', l2.mean, l2.normalizedMean],
    ...l2.layers.map((layer) => [name, layer.layer, layer.mean, layer.normalizedMean]),
  ]);
  const variants = analysis.variants.map(({ name, replicates, l2, l2WithMovingStatistics }) => ({
    name,
    replicates,
    l2,
    l2WithMovingStatistics,
  }));
  return detailOf(analysis, variants, header, rows);
}

function classRows(analysis: StudyAnalysis): MeasureDetail {
  const header = ['variant', 'class', 'name', 'examples', 'mean', 'sd'];
  const rows = analysis.variants.flatMap(({ name, perClassSd }) =>
    (perClassSd ?? []).map((row) => [name, row.class, row.name, row.examples, row.mean, row.sd]),
  );
  const variants = analysis.variants.map(({ name, replicates, perClassSd, perClassRatio }) => ({
    name,
    replicates,
    perClassSd,
    perClassRatio,
  }));
  return detailOf(analysis, variants, header, rows);
}

function detailOf(
  { study, epoch }: StudyAnalysis,
  variants: unknown,
  header: readonly string[],
  rows: MeasureDetail['rows'],
): MeasureDetail {
  return { json: { study, epoch, variants }, header, rows, text: () => plainTable(header, rows) };
}
