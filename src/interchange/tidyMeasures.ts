import type { Interval } from '../analysis/interval.ts';
import type { StudyAnalysis, VariantAnalysis } from '../analysis/summary.ts';

type Cell = string | number | null;

/** A value with the ends of its interval. */
type Measured = readonly [value: number | null, interval: Interval | null];

/**
 * Every measure of an analysis as rows: the header first, then one row a value. `part` is the class or the layer that a value
 * is of, empty where it is of all. An interval stands with its level and how it is made.
 */
export function tidyMeasures({ epoch, variants }: StudyAnalysis): Cell[][] {
  const header = ['variant', 'epoch', 'measure', 'part', 'n', 'value', 'low', 'high', 'level', 'interval'];
  return [header, ...variants.flatMap((variant) => rowsOf(variant, epoch))];
}

function rowsOf(variant: VariantAnalysis, epoch: number): Cell[][] {
  const row = (measure: string, part: string, n: number, [value, interval]: Measured): Cell[] => [
    ...[variant.name, epoch, measure, part, n, value],
    ...[interval?.low ?? null, interval?.high ?? null, interval?.level ?? null, interval?.method ?? null],
  ];
  const { accuracy, churn, l2, l2WithMovingStatistics, perClassSd, bitIdentical } = variant;
  const layers = l2.layers.flatMap((layer) => [
    row('l2', layer.layer, l2.n, [layer.mean, layer.interval]),
    row('l2_normalized', layer.layer, l2.n, [layer.normalizedMean, layer.normalizedInterval]),
    row('l2_share', layer.layer, l2.n, [layer.share, null]),
  ]);
  const classes = (perClassSd ?? []).flatMap((each) => {
    const part = each.name ?? String(each.class);
    return [
      row('class_accuracy_mean', part, variant.replicates, [each.mean, null]),
      row('class_accuracy_sd', part, variant.replicates, [each.sd, each.sdInterval]),
    ];
  });
  return [
    row('accuracy_mean', '', accuracy.n, [accuracy.mean, accuracy.interval]),
    row('accuracy_sd', '', accuracy.n, [accuracy.sd, accuracy.sdInterval]),
    row('accuracy_sd_of_replicates', '', accuracy.n, [accuracy.sdOfReplicates, null]),
    row('churn', '', churn.n, [churn.mean, churn.interval]),
    row('l2', '', l2.n, [l2.mean, l2.interval]),
    row('l2_normalized', '', l2.n, [l2.normalizedMean, l2.normalizedInterval]),
    row('l2_with_moving_statistics', '', l2WithMovingStatistics.n, [
      l2WithMovingStatistics.mean,
      l2WithMovingStatistics.interval,
    ]),
    row('bit_identical', '', variant.replicates, [bitIdentical === null ? null : Number(bitIdentical), null]),
    ...layers,
    ...classes,
  ];
}
