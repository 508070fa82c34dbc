import { stringify } from 'csv-stringify/sync';
import type { LibraryClient } from '../../library/client.ts';
import { NoisefloorError } from '../../study/errors.ts';
import type { PaperFigure } from '../../study/paperFigures.ts';
import type { MatchingStudy } from './matchingStudy.ts';
import type { PlannedTask } from './reproductionPlan.ts';
import {
  classSpreadOfSettings,
  referenceSpreadOfSettings,
  spreadOfSettings,
  subgroupSpreadOfSettings,
  type FigureValue,
} from './settingMeasures.ts';

/** A value with the system that it is of, as a row of a figure's file shows it. */
export interface FigureRow extends FigureValue {
  readonly network: string;
  readonly dataset: string;
  readonly batchNorm: boolean;
  /** Id of the study that it was measured on. */
  readonly study: string;
}

/** A system of a figure with the study that it was trained in. */
export interface TrainedTask extends Pick<PlannedTask, 'task' | 'name' | 'study'> {
  readonly match: MatchingStudy;
}

type Measure = (library: LibraryClient, study: MatchingStudy) => Promise<FigureValue[]>;

/** What each figure shows of a system. */
const measures: Readonly<Record<PaperFigure, Measure>> = {
  figure1: spreadOfSettings,
  figure2: spreadOfSettings,
  figure3: classSpreadOfSettings,
  figure4: subgroupSpreadOfSettings,
  figure5: spreadOfSettings,
};

/**
 * Measures everything that a figure shows.
 * @param asReference as the reference's script computes it, instead of by its definition.
 */
export async function figureRows(
  library: LibraryClient,
  figure: PaperFigure,
  tasks: readonly TrainedTask[],
  asReference: boolean,
): Promise<FigureRow[]> {
  const measure = measureOf(figure, asReference);
  const rows: FigureRow[] = [];
  for (const { task, match, study } of tasks) {
    const values = asReference
      ? await referenceSpreadOfSettings(library, match, study.replicates)
      : await measure(library, match);
    const network = asReference ? (task.networkInReference ?? task.network) : task.network;
    const { network: built } = study.task;
    const system = {
      ...{ network, dataset: task.dataset, study: match.detail.id },
      batchNorm: built.name === 'smallcnn' && built.batchNorm,
    };
    rows.push(...values.map((value) => ({ ...system, ...value })));
  }
  return rows;
}

/**
 * What a figure shows of a system, by its definition.
 * @throws NoisefloorError `invalid-reproduction` where the reference's script only trains and is to be followed.
 */
export function measureOf(figure: PaperFigure, asReference: boolean): Measure {
  if (asReference && (figure === 'figure3' || figure === 'figure4')) {
    throw new NoisefloorError(
      'invalid-reproduction',
      `The reference's script trains for ${figure} and computes nothing, so there is nothing to compute its way. Leave --as-reference out.`,
    );
  }
  return measures[figure];
}

/** The file of a figure as the reference lays it out. */
export function figureCsv(figure: PaperFigure, rows: readonly FigureRow[]): string {
  switch (figure) {
    case 'figure2':
      return csv(
        ['Metric', 'Setting', 'BN', 'Value'],
        bySetting(rows).map((row) => [row.metric, row.setting, row.batchNorm ? 'Yes' : 'No', row.value]),
      );
    case 'figure5':
      return csv(
        ['Metric', 'Setting', 'Value'],
        rows.map((row) => [row.metric, row.setting, row.value]),
      );
    case 'figure1':
    case 'figure3':
    case 'figure4':
      return csv(
        ['Network', 'Dataset', 'Metric', 'Setting', 'Value'],
        rows.map((row) => [row.network, row.dataset, row.metric, row.setting, row.value]),
      );
  }
}

/** With and without batch normalisation next to each other. */
function bySetting(rows: readonly FigureRow[]): FigureRow[] {
  return [...Map.groupBy(rows, ({ metric, setting }) => `${metric}/${setting}`).values()].flat();
}

function csv(header: readonly string[], rows: readonly (string | number | null)[][]): string {
  return stringify([[...header], ...rows]);
}

const spreadWords =
  'STDDEV(Accuracy) is the standard deviation of test accuracy (a fraction), dividing by n - 1; Churn the fraction of test examples on which two replicates predict different classes, L2 Norm the distance of their trainable weights, each divided by its own length: both averaged over all pairs of replicates, after the last epoch.';

/** What the numbers of a figure's file are, in words. */
export function figureDefinition(
  figure: PaperFigure,
  rows: readonly FigureRow[],
  asReference: boolean,
): string {
  if (asReference) {
    const epochOf = (metric: string): string =>
      [...new Set(rows.filter((row) => row.metric === metric).map(({ epoch }) => epoch))].join(', ');
    return `As the reference's script computes it: STDDEV(Accuracy) divides by n, after epoch ${epochOf('STDDEV(Accuracy)')} (counted from 0); Churn is agreement, 1 - churn, of the predictions after epoch ${epochOf('Churn')}, whose file comes last in the order of text; L2 Norm is over all weights and moving statistics, not normalised, after epoch ${epochOf('L2 Norm')}.`;
  }
  switch (figure) {
    case 'figure3':
      return 'The reference only trains for figure 3; this file shows, of each system and setting, the standard deviation of accuracy (a fraction, dividing by n - 1) over all classes and of the class where it is largest, their ratio, and the ratios that errors which are independent from example to example would give in studies of this size: a ratio between their 5 % and 95 % is no more than sampling noise.';
    case 'figure4':
      return 'The reference only trains for figure 4; this file shows, of each system and setting, the standard deviation (dividing by n - 1) of accuracy, false-positive rate FP / (FP + TN) and false-negative rate FN / (FN + TP) as fractions, pooled over all attributes, over all test images and by subgroup, and the ratio of a subgroup to all.';
    case 'figure1':
    case 'figure2':
    case 'figure5':
      return spreadWords;
  }
}
