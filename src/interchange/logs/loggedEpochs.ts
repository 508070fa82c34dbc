import type { LoggedField } from './columns.ts';

/** The numbers of an epoch, as a log has them; NaN where it has none. */
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

/** What was read of a log. */
export interface ReadLog {
  /** Ascending. */
  readonly epochs: readonly LoggedEpoch[];
  /** Columns, tags or metrics that are not kept. */
  readonly unread: readonly string[];
}

/** An epoch that is being read. */
interface OpenEpoch {
  readonly numbers: Partial<Record<LoggedField, number>>;
  /** Where it was first met. */
  readonly line: number;
}

export type OpenEpochs = Map<number, OpenEpoch>;

export const newEpochs = (): OpenEpochs => new Map();

/** More epochs than any log has. */
const mostEpochs = 1_000_000;

/**
 * Adds a number of an epoch; of several the last one counts.
 * @param given.field null makes the epoch alone.
 * @throws whatever `refuse` makes, for an epoch that is none or an accuracy that is no fraction.
 */
export function addNumber(
  epochs: OpenEpochs,
  { epoch, field, value, line }: { epoch: number; field: LoggedField | null; value: number; line: number },
  refuse: (why: string) => Error,
): void {
  if (!Number.isInteger(epoch) || epoch < 0 || epoch > mostEpochs) throw refuse(`"${epoch}" is no epoch.`);
  const known = epochs.get(epoch) ?? { numbers: {}, line };
  epochs.set(epoch, known);
  if (field === null || Number.isNaN(value)) return;
  if ((field === 'accuracy' || field === 'testAccuracy') && (value < 0 || value > 1)) {
    throw refuse(`the accuracy ${value} is no fraction; write 0.93 for 93 %.`);
  }
  known.numbers[field] = value;
}

/** What was read, in order. */
export function finished(epochs: OpenEpochs): LoggedEpoch[] {
  return [...epochs]
    .map(([epoch, { numbers }]) => ({
      epoch,
      learningRate: numbers.learningRate ?? Number.NaN,
      loss: numbers.loss ?? Number.NaN,
      accuracy: numbers.accuracy ?? Number.NaN,
      testLoss: numbers.testLoss ?? Number.NaN,
      testAccuracy: numbers.testAccuracy ?? Number.NaN,
    }))
    .toSorted((one, other) => one.epoch - other.epoch);
}
