import { stringify } from 'csv-stringify/sync';
import type { ExportTarget } from './exportFolder.ts';
import { epochsOf, type ExportedStudy } from './exportedStudy.ts';
import { tidyMeasures } from './tidyMeasures.ts';

type Cell = string | number | null;

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
const line = (cells: readonly Cell[]): string => stringify([[...cells]]);

/**
 * Writes a study as tidy CSV (Wickham, "Tidy Data", 2014): `replicates.csv`, `metrics.csv` (one row a replicate and epoch),
 * `predictions.csv` (one row a replicate, epoch and test example), `labels.csv`, `measures.csv` and the study file. Fractions
 * are fractions, epochs and examples count from 0, numbers have all their digits; nothing stands where nothing is known.
 */
export async function exportTidyCsv(study: ExportedStudy, target: ExportTarget): Promise<void> {
  await target.writeText(['study.json'], [`${JSON.stringify(study.detail.study, null, 2)}\n`]);
  await target.writeText(['replicates.csv'], replicateLines(study));
  await target.writeText(['metrics.csv'], metricLines(study));
  await target.writeText(['predictions.csv'], predictionLines(study));
  if (study.dataset !== null) await target.writeText(['labels.csv'], labelLines(study));
  if (study.analysis !== null) {
    await target.writeText(['measures.csv'], tidyMeasures(study.analysis).map(line));
  }
}

function* replicateLines({ replicates }: ExportedStudy): Iterable<string> {
  const seeds = ['initialisation', 'order', 'augmentation', 'dropout'] as const;
  yield line([
    ...[
      'variant',
      'replicate',
      'id',
      'status',
      'epochs',
      'train_seconds',
      'excluded_reason',
      'notes',
      'tags',
    ],
    ...seeds.map((source) => `seed_${source}`),
  ]);
  for (const replicate of replicates) {
    const { seeds: own } = replicate.workOrder;
    yield line([
      ...[replicate.variant, replicate.index, replicate.id, replicate.status, replicate.epochs],
      ...[replicate.trainSeconds, replicate.excludedReason, replicate.notes, replicate.tags.join(' ')],
      ...seeds.map((source) => own[source]),
    ]);
  }
}

function* metricLines(study: ExportedStudy): Iterable<string> {
  yield line([
    ...['variant', 'replicate', 'epoch', 'learning_rate', 'loss', 'accuracy', 'test_loss', 'test_accuracy'],
    'train_seconds',
  ]);
  for (const { id, variant, index } of study.counted) {
    for (const numbers of epochsOf(study, id)) {
      const { epoch, learningRate, loss, accuracy, testLoss, testAccuracy, trainSeconds } = numbers;
      yield line([
        ...[variant, index, epoch],
        ...[learningRate, loss, accuracy, testLoss, testAccuracy, trainSeconds].map(finite),
      ]);
    }
  }
}

async function* predictionLines(study: ExportedStudy): AsyncIterable<string> {
  yield line(['variant', 'replicate', 'epoch', 'example', 'predicted']);
  for (const epoch of study.epochs) {
    for (const { variant, index, classes } of await study.predictionsAt(epoch)) {
      const start = line([variant, index, epoch]).trimEnd();
      yield Array.from(classes, (predicted, example) => `${start},${example},${predicted}\n`).join('');
    }
  }
}

function* labelLines({ dataset, classNames }: ExportedStudy): Iterable<string> {
  yield line(['example', 'label', 'class_name']);
  for (const [example, label] of (dataset?.testLabels ?? new Int32Array()).entries()) {
    yield line([example, label, classNames?.[label] ?? null]);
  }
}
