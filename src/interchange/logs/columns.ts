import { NoisefloorError } from '../../study/errors.ts';
import { suggestion } from '../../study/nearest.ts';

/** The numbers of a run that are kept, and the epoch that they are of. */
export const loggedFields = [
  'epoch',
  'learningRate',
  'loss',
  'accuracy',
  'testLoss',
  'testAccuracy',
] as const;
export type LoggedField = (typeof loggedFields)[number];

/** Which column of a log, or tag or metric of one, holds which number, as a person says it. */
export type ColumnMapping = Readonly<Partial<Record<LoggedField, string>>>;

/** What a column is called without what frameworks put around it: `train/acc` and `Train Acc` are `train_acc`. */
const plain = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s/.-]+/g, '_');

const accuracies = [
  'accuracy',
  'acc',
  'binary_accuracy',
  'sparse_categorical_accuracy',
  'categorical_accuracy',
  'top1',
  'top_1',
];
const tests = ['val', 'test', 'valid', 'validation', 'eval'];
const trains = ['train', 'training'];

/** Both orders are met: `val_loss`, `loss_val`. */
const withPart = (parts: readonly string[], names: readonly string[]): string[] =>
  parts.flatMap((part) =>
    names.flatMap((name) => [
      `${part}_${name}`,
      `${name}_${part}`,
      `${part}_epoch_${name}`,
      `${part}_${name}_epoch`,
    ]),
  );

/** What each number is usually called. */
const knownNames: Readonly<Record<LoggedField, ReadonlySet<string>>> = {
  epoch: new Set(['epoch', 'epochs', 'trainer_epoch']),
  learningRate: new Set(['lr', 'learning_rate', 'lr_adam', 'lr_sgd', 'lr_adamw', 'train_lr']),
  loss: new Set(['loss', 'epoch_loss', ...withPart(trains, ['loss'])]),
  accuracy: new Set([
    ...accuracies,
    ...accuracies.map((name) => `epoch_${name}`),
    ...withPart(trains, accuracies),
  ]),
  testLoss: new Set(withPart(tests, ['loss'])),
  testAccuracy: new Set(withPart(tests, accuracies)),
};

/**
 * Where each number stands among columns. A person's mapping comes first; without one, well-known names are found, and two
 * that fit are refused rather than one of them guessed.
 * @param columns as the log names them.
 * @param refuse makes the error about a log.
 * @returns places among the columns; a number that there is none of has none.
 * @throws whatever `refuse` makes, where a mapped column is not there or two fit.
 */
export function placesOf(
  columns: readonly string[],
  mapping: ColumnMapping,
  refuse: (why: string) => Error,
): ReadonlyMap<LoggedField, number> {
  const places = new Map<LoggedField, number>();
  for (const field of loggedFields) {
    const wanted = mapping[field];
    if (wanted !== undefined) {
      const at = columns.indexOf(wanted);
      if (at < 0) {
        throw refuse(
          `there is no column "${wanted}" for ${field}. ${suggestion(wanted, columns.slice(0, 50))}`,
        );
      }
      places.set(field, at);
      continue;
    }
    const fitting = columns.flatMap((name, at) => (knownNames[field].has(plain(name)) ? [{ name, at }] : []));
    const [first, second] = fitting;
    if (first === undefined) continue;
    if (second !== undefined) {
      const names = fitting.map(({ name }) => `"${name}"`).join(', ');
      throw refuse(`more than one column may be ${field}: ${names}. Say which with --map ${field}=COLUMN.`);
    }
    places.set(field, first.at);
  }
  return places;
}

/**
 * A mapping as it is written on a command line, `testAccuracy=val_acc`.
 * @throws NoisefloorError `invalid-mapping` naming the fields.
 */
export function parseMapping(written: readonly string[]): ColumnMapping {
  const mapping: Partial<Record<LoggedField, string>> = {};
  for (const text of written) {
    const at = text.indexOf('=');
    const name = text.slice(0, Math.max(0, at)).trim();
    const field = loggedFields.find((each) => each.toLowerCase() === name.toLowerCase());
    const column = text.slice(at + 1).trim();
    if (at < 0 || field === undefined || column === '') {
      throw new NoisefloorError(
        'invalid-mapping',
        `--map is "${text}"; it takes FIELD=COLUMN. ${suggestion(name, loggedFields)}`,
        { details: { known: loggedFields } },
      );
    }
    mapping[field] = column;
  }
  return mapping;
}
