import { numberIn, readCsvTable } from './csvRows.ts';
import { invalidLog } from './textFile.ts';

/** The numbers of an epoch, as a Keras CSVLogger wrote them; NaN where the log has none. */
export interface LoggedEpoch {
  /** Counted from 0. */
  readonly epoch: number;
  readonly learningRate: number;
  readonly loss: number;
  /** Fractions; of all decisions where there are many a example. */
  readonly accuracy: number;
  readonly testLoss: number;
  readonly testAccuracy: number;
}

/** The first of these columns that a log has. */
const columns = {
  learningRate: ['lr', 'learning_rate'],
  loss: ['loss'],
  accuracy: ['accuracy', 'binary_accuracy', 'acc', 'sparse_categorical_accuracy', 'categorical_accuracy'],
  testLoss: ['val_loss'],
  testAccuracy: [
    'val_accuracy',
    'val_binary_accuracy',
    'val_acc',
    'val_sparse_categorical_accuracy',
    'val_categorical_accuracy',
  ],
} as const;

/** More epochs than any log has. */
const mostEpochs = 1_000_000;

/**
 * Reads the `log.csv` of a Keras CSVLogger: a column `epoch`, counted from 0, and one a metric.
 * @returns epochs in ascending order, and the columns that were not read.
 * @throws NoisefloorError `log-invalid` with file and line: no column of epochs, an epoch that is none or is there twice,
 *   an accuracy that is no fraction.
 */
export function readKerasLog(file: string): { epochs: LoggedEpoch[]; unread: string[] } {
  const table = readCsvTable(file);
  const epochColumn = table.header.indexOf('epoch');
  if (epochColumn < 0) throw invalidLog(file, 1, 'there is no column "epoch".');
  const places = Object.fromEntries(
    Object.entries(columns).map(([name, choices]) => [
      name,
      choices.map((choice) => table.header.indexOf(choice)).find((at) => at >= 0) ?? -1,
    ]),
  ) as Record<keyof typeof columns, number>;
  const seen = new Map<number, number>();
  const epochs = table.rows.map((row): LoggedEpoch => {
    const epoch = numberIn(table, row, epochColumn);
    if (!Number.isInteger(epoch) || epoch < 0 || epoch > mostEpochs) {
      throw invalidLog(file, row.line, `"${row.cells[epochColumn] ?? ''}" is no epoch.`);
    }
    const before = seen.get(epoch);
    if (before !== undefined) {
      throw invalidLog(
        file,
        row.line,
        `epoch ${epoch} is there already, in line ${before}. Keep one of the two.`,
      );
    }
    seen.set(epoch, row.line);
    const at = (name: keyof typeof columns): number =>
      places[name] < 0 ? Number.NaN : numberIn(table, row, places[name]);
    for (const name of ['accuracy', 'testAccuracy'] as const) {
      const value = at(name);
      if (value < 0 || value > 1) {
        throw invalidLog(file, row.line, `the accuracy ${value} is no fraction; write 0.93 for 93 %.`);
      }
    }
    return {
      epoch,
      learningRate: at('learningRate'),
      loss: at('loss'),
      accuracy: at('accuracy'),
      testLoss: at('testLoss'),
      testAccuracy: at('testAccuracy'),
    };
  });
  const read = new Set([epochColumn, ...Object.values(places)]);
  return {
    epochs: epochs.toSorted((one, other) => one.epoch - other.epoch),
    unread: table.header.filter((_, column) => !read.has(column)),
  };
}
