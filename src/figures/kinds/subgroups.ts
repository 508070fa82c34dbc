import { rateNames, type RateName } from '../../analysis/attributeRates.ts';
import type { Subgroup } from '../../analysis/subgroups.ts';
import { countWords, exclusionWords, intervalWords, sentences } from '../caption.ts';
import type { RowsChart, RowsPanel } from '../chart.ts';
import { arranged, type FigureEdits } from '../edits.ts';
import type { DrawnMeasures, MeasuredStudy } from '../measured.ts';
import { looksOf } from '../palettes.ts';
import { arrowWords, valueMark } from '../rowMarks.ts';
import { namesOf } from './variance.ts';

/** Error rates of a study's variants by subgroup. */
export interface MeasuredSubgroups {
  readonly variants: readonly { readonly name: string; readonly groups: readonly Subgroup[] }[];
}

const titles: Readonly<Record<RateName, string>> = {
  accuracy: 'SD of accuracy (percentage points)',
  falsePositiveRate: 'SD of false-positive rate (percentage points)',
  falseNegativeRate: 'SD of false-negative rate (percentage points)',
};
const shortNames: Readonly<Record<RateName, string>> = {
  ...{ accuracy: 'accuracy', falsePositiveRate: 'false-positive rate' },
  falseNegativeRate: 'false-negative rate',
};

/** How far error rates spread over replicates, over all test images and by subgroup: the paper's figure 4. */
export function subgroupsFigure(
  { analysis, task }: MeasuredStudy,
  { variants: measured }: MeasuredSubgroups,
  edits: FigureEdits,
): DrawnMeasures<RowsChart> {
  const look = looksOf(namesOf(analysis), edits);
  const variants = arranged(analysis.variants, edits);
  const groupsOf = (variant: string): readonly Subgroup[] =>
    measured.find(({ name }) => name === variant)?.groups ?? [];
  const names = [...new Set(variants.flatMap(({ name }) => groupsOf(name).map((group) => group.name)))];
  const panels = rateNames.map((rate): RowsPanel => ({
    axis: { title: titles[rate], scale: 100, fromZero: true },
    band: null,
    cells: names.map((group) =>
      variants.map(({ name, replicates }) => {
        const found = groupsOf(name).find((each) => each.name === group)?.rates[rate];
        const moves = (found?.sd ?? 0) > 0;
        return valueMark(name, look(name), found?.sd ?? null, moves ? (found?.sdInterval ?? null) : null, {
          note: replicates === 1 ? 'one replicate' : 'not measured',
        });
      }),
    ),
  }));
  const all = variants.flatMap(({ name }) => groupsOf(name));
  const interval = intervalWords(all.map(({ rates }) => rates.accuracy.sdInterval));
  const counts = names.map((name) => {
    const group = all.find((each) => each.name === name);
    return `${name} ${(group?.examples ?? 0).toLocaleString('en')}`;
  });
  return {
    chart: {
      ...{ kind: 'rows', rows: names.map((label) => ({ label, isHeading: false })), panels },
      legend: variants.map(({ name }) => ({ label: name, look: look(name) })),
    },
    caption: sentences(
      `Standard deviation over replicates of the error rates of ${task} after epoch ${analysis.epoch} (counted from 0), by subgroup, ${countWords(variants)}`,
      `Test images: ${counts.join(', ')}`,
      'Answers about all attributes are pooled; the false-positive rate is FP / (FP + TN), the false-negative rate FN / (FN + TP); SD divides by n − 1',
      interval === null ? null : `Bars: ${interval}`,
      ...variants.map(({ name }) => ratioWords(name, groupsOf(name))),
      arrowWords(panels),
      exclusionWords(variants),
    ),
  };
}

/** The subgroup that spreads most against all images. */
function ratioWords(variant: string, groups: readonly Subgroup[]): string | null {
  const found = groups.flatMap((group) =>
    rateNames.flatMap((rate) => {
      const { ratio, ratioInterval } = group.rates[rate];
      return ratio === null ? [] : [{ name: group.name, rate, ratio, ratioInterval }];
    }),
  );
  const [first, ...others] = found.toSorted((one, other) => other.ratio - one.ratio);
  if (first === undefined || others.length === 0) return null;
  const { name, rate, ratio, ratioInterval } = first;
  const interval =
    ratioInterval === null
      ? ''
      : ` (95 % interval ${ratioInterval.low.toFixed(1)} to ${ratioInterval.high.toFixed(1)})`;
  return `${variant}: the largest ratio to all images is ${ratio.toFixed(1)}${interval}, of the ${shortNames[rate]} of ${name}`;
}
