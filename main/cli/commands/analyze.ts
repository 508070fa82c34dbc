import { Option, type Command } from 'commander';
import { stringify } from 'csv-stringify/sync';
import { analyseAsReference, type ReferenceMeasures } from '../../../src/host/analyseAsReference.ts';
import { studySentences } from '../../../src/analysis/sentences.ts';
import type { StudyAnalysis } from '../../../src/analysis/summary.ts';
import { examples } from '../examples.ts';
import { analyse } from '../analysisCommand.ts';
import { measureDetail, measureNames, type MeasureDetail, type MeasureName } from '../measureDetail.ts';
import { epochOption, jsonOption, libraryOption, parseEpoch } from '../options.ts';
import { outputWidth, printJson, printText } from '../output.ts';
import { tableText } from '../terminal/table.ts';
import { analysisText } from '../terminal/analysisTable.ts';
import { withLibrary } from '../withLibrary.ts';

interface AnalyzeOptions {
  measure?: MeasureName;
  epoch?: string;
  csv?: boolean;
  asReference?: boolean;
  library?: string;
  json?: boolean;
}

/** `analyze <study>`: all measures, or one in detail. */
export function registerAnalyze(program: Command): void {
  program
    .command('analyze')
    .description('measure how much the replicates of a study differ')
    .argument('<study>', 'name, id or unique beginning of either')
    .addOption(new Option('--measure <measure>', 'one measure in detail').choices(measureNames))
    .addOption(epochOption())
    .addOption(libraryOption())
    .addOption(jsonOption())
    .addOption(new Option('--csv', 'print comma-separated values').conflicts('json'))
    .addOption(
      new Option(
        '--as-reference',
        'as the paper’s own script computes it, faults included: churn is agreement, epochs are sorted as text, SD divides by n',
      ).conflicts(['measure', 'epoch']),
    )
    .addHelpText(
      'after',
      examples('analyze quickstart', 'analyze quickstart --measure churn --csv > churn.csv'),
    )
    .action(async (argument: string, options: AnalyzeOptions) => {
      const epoch = parseEpoch(options.epoch);
      await withLibrary(options.library, async (library) => {
        if (options.asReference === true) {
          const reference = await analyseAsReference(library, argument);
          if (options.json === true) printJson(reference);
          else if (options.csv === true) printText(referenceCsv(reference.variants));
          else printText(referenceText(reference.variants));
          return;
        }
        if (options.measure !== undefined) {
          const detail = await measureDetail(library, argument, epoch, options.measure);
          if (options.json === true) {
            printJson(detail.json);
          } else {
            printText(options.csv === true ? csv(detail.header, detail.rows) : detail.text());
          }
          return;
        }
        const analysis = await analyse(library, argument, epoch);
        if (options.json === true) {
          printJson({ ...analysis, sentences: studySentences(analysis) });
        } else if (options.csv === true) {
          printText(summaryCsv(analysis));
        } else {
          printText(analysisText(analysis, studySentences(analysis), outputWidth()));
        }
      });
    });
}

function csv(header: readonly string[], rows: MeasureDetail['rows']): string {
  return stringify([[...header], ...rows.map((row) => [...row])]).trimEnd();
}

function referenceRows(variants: readonly ReferenceMeasures[]): (string | number | null)[][] {
  return variants.map(({ name, replicates, accuracySd, churn, churnEpoch, l2, l2Epoch }) => [
    ...[name, replicates, accuracySd, churn, churnEpoch, l2, l2Epoch],
  ]);
}

const referenceHeader = [
  'variant',
  'replicates',
  'accuracy_sd_of_replicates',
  'agreement',
  'agreement_epoch',
  'l2_with_moving_statistics',
  'l2_epoch',
];

const referenceCsv = (variants: readonly ReferenceMeasures[]): string =>
  csv(referenceHeader, referenceRows(variants));

/** The same for people. */
function referenceText(variants: readonly ReferenceMeasures[]): string {
  const titles = ['variant', 'replicates', 'SD (by n)', 'agreement', 'of epoch', 'L2 (raw, all)', 'of epoch'];
  const rows = referenceRows(variants).map((row) => row.map((cell) => (cell === null ? '–' : String(cell))));
  const table = tableText(
    titles.map((title, column) => (column === 0 ? { title } : { title, align: 'right' as const })),
    rows,
  );
  return `${table}\nas the paper's own script computes it: what it calls churn is agreement, and epochs are sorted as text`;
}

/** One row a variant; fractions as fractions, nothing where something is unknown. */
function summaryCsv(analysis: StudyAnalysis): string {
  const header = [
    'variant',
    'replicates',
    'accuracy_mean',
    'accuracy_sd',
    'accuracy_sd_low',
    'accuracy_sd_high',
    'churn_mean',
    'churn_low',
    'churn_high',
    'l2_mean',
    'l2_normalized_mean',
    'bit_identical',
  ];
  const rows = analysis.variants.map(({ name, replicates, accuracy, churn, l2, bitIdentical }) => [
    name,
    replicates,
    accuracy.mean,
    accuracy.sd,
    accuracy.sdInterval?.low ?? null,
    accuracy.sdInterval?.high ?? null,
    churn.mean,
    churn.interval?.low ?? null,
    churn.interval?.high ?? null,
    l2.mean,
    l2.normalizedMean,
    bitIdentical === null ? null : String(bitIdentical),
  ]);
  return csv(header, rows);
}
