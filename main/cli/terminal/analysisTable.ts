import colours from 'picocolors';
import type { Interval } from '../../../src/analysis/interval.ts';
import type { Sentence } from '../../../src/analysis/sentences.ts';
import type { StudyAnalysis, VariantAnalysis } from '../../../src/analysis/summary.ts';
import { variantPaint } from './colours.ts';
import { formatNumber, formatPercent, formatPercentInterval } from './format.ts';
import { tableText } from './table.ts';
import { wrap } from './wrap.ts';

const missing = '–';

const halfWidth = (interval: Interval | null): number | null =>
  interval === null ? null : (interval.high - interval.low) / 2;

function intervalText(interval: Interval | null): string {
  return interval === null ? '' : colours.dim(` ${formatPercentInterval(interval)}`);
}

function percentWithInterval(value: number | null, interval: Interval | null): string {
  if (value === null) {
    return missing;
  }
  return `${formatPercent(value, halfWidth(interval))}${intervalText(interval)}`;
}

function accuracyCell({ accuracy }: VariantAnalysis): string {
  const { mean, sd, sdInterval } = accuracy;
  if (mean === null) {
    return missing;
  }
  if (sd === null) {
    return formatPercent(mean);
  }
  return `${formatPercent(mean, sd)} ± ${formatPercent(sd, sd)}${intervalText(sdInterval)}`;
}

function distanceCell({ l2 }: VariantAnalysis): string {
  return l2.mean === null ? missing : formatNumber(l2.mean, halfWidth(l2.interval));
}

function identityCell({ bitIdentical }: VariantAnalysis): string {
  if (bitIdentical === null) {
    return missing;
  }
  return bitIdentical ? 'yes' : 'no';
}

/** The measures of every variant as a table: percent of the test examples where nothing else is said. */
function analysisTable(analysis: StudyAnalysis): string {
  return tableText(
    [
      { title: 'variant' },
      { title: 'n', align: 'right' },
      { title: 'accuracy, % ± SD [95 %]', align: 'right' },
      { title: 'churn, % [95 %]', align: 'right' },
      { title: 'L2', align: 'right' },
      { title: 'bit-identical' },
    ],
    analysis.variants.map((variant, position) => [
      variantPaint(variant.name, position)(variant.name),
      String(variant.replicates),
      accuracyCell(variant),
      percentWithInterval(variant.churn.mean, variant.churn.interval),
      distanceCell(variant),
      identityCell(variant),
    ]),
  );
}

/** What does not count in the analysis, one line each. */
function exclusionLines(analysis: StudyAnalysis): string[] {
  return analysis.variants.flatMap(({ name, excluded }) =>
    excluded.map(({ index, reason }) => `${name} ${index + 1} does not count: ${reason}`),
  );
}

/** Sentences are easier to read in lines that are not too long. */
const widestText = 100;

/**
 * Table, exclusions and sentences, as `analyze` and `quickstart` print them.
 * @param width characters of a line.
 */
export function analysisText(analysis: StudyAnalysis, sentences: readonly Sentence[], width: number): string {
  const said = sentences.map(({ text, tone }) =>
    wrap(text, Math.min(width, widestText))
      .map((line) => (tone === 'warning' ? colours.bold(colours.red(line)) : line))
      .join('\n'),
  );
  return [
    `${colours.bold(analysis.study.name)}  ${colours.dim(`${analysis.study.id}, epoch ${analysis.epoch} (counted from 0)`)}`,
    analysisTable(analysis),
    ...exclusionLines(analysis),
    '',
    ...said.flatMap((text) => [text, '']),
  ].join('\n');
}
