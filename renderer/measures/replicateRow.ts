import type { ReplicateRow } from '../stores/openStudy.ts';
import { duration, metricValue, moment } from './format.ts';
import type { Metric } from './metric.ts';
import type { TableColumn } from './tableColumn.ts';

/** A replicate with its numbers at the selected epoch; null where it has none. */
export interface MeasuredReplicate {
  readonly replicate: ReplicateRow;
  /** After the selected epoch. */
  readonly value: number | null;
  /** Best of the epochs up to it. */
  readonly best: number | null;
}

type Cell = string | number | null;

/** A column of the table of replicates. */
export interface ReplicateColumn extends TableColumn<MeasuredReplicate> {
  readonly key: ColumnKey;
  /** What it is sorted by and what a file gets: whole numbers of digits, times in ISO 8601. */
  value(row: MeasuredReplicate): Cell;
  /** Its title in a file, where units and fractions must be said. */
  readonly fileTitle: string;
}

export const columnKeys = [
  ...([
    'variant',
    'index',
    'status',
    'epochs',
    'value',
    'best',
    'trainSeconds',
    'examplesPerSecond',
  ] as const),
  ...(['device', 'threads', 'attempts', 'started', 'ended', 'exitReason', 'seeds'] as const),
  ...(['tags', 'notes', 'excluded'] as const),
];
export type ColumnKey = (typeof columnKeys)[number];

/** What is shown until somebody chooses otherwise. */
export const usualColumns: readonly ColumnKey[] = [
  ...([
    'variant',
    'index',
    'status',
    'epochs',
    'value',
    'best',
    'trainSeconds',
    'examplesPerSecond',
  ] as const),
  ...(['tags', 'notes', 'excluded'] as const),
];

const dash = '–';
const texts = {
  number: (value: number | null, decimals = 0): string =>
    value === null
      ? dash
      : value.toLocaleString('en', { maximumFractionDigits: decimals, minimumFractionDigits: decimals }),
  time: (iso: string | null): string => (iso === null ? dash : moment(iso)),
  words: (text: string | null): string => (text === null || text === '' ? dash : text),
};

/** Every column, for a metric and an epoch (counted from 0). */
export function replicateColumns(metric: Metric, epoch: number): readonly ReplicateColumn[] {
  const inFile = metric.scale === 1 ? metric.phrase : `${metric.phrase} as a fraction`;
  const shown = (value: number | null): string => (value === null ? dash : metricValue(metric, value));
  return [
    column('variant', 'Variant', [104, 1.2], ({ replicate }) => replicate.variant),
    numeric('index', 'Replicate', 72, ({ replicate }) => replicate.index),
    column('status', 'Status', [66, 0.3], ({ replicate }) => replicate.status),
    numeric('epochs', 'Epochs', 52, ({ replicate }) => replicate.epochs),
    {
      ...numeric('value', metric.label, 112, ({ value }) => value),
      isStrong: true,
      text: ({ value }) => shown(value),
      fileTitle: `${inFile} after epoch ${epoch}`,
    },
    {
      ...numeric('best', 'Best', 66, ({ best }) => best),
      text: ({ best }) => shown(best),
      fileTitle: `best ${inFile} of epochs 0 to ${epoch}`,
    },
    {
      ...numeric('trainSeconds', 'Training', 78, ({ replicate }) => replicate.trainSeconds),
      text: ({ replicate }) => (replicate.trainSeconds === 0 ? dash : duration(replicate.trainSeconds)),
      fileTitle: 'training seconds',
    },
    {
      ...numeric('examplesPerSecond', 'Examples/s', 78, ({ replicate }) => replicate.examplesPerSecond),
      fileTitle: 'examples per second',
    },
    column('device', 'Device', [64, 0.3], ({ replicate }) => replicate.device),
    numeric('threads', 'Threads', 70, ({ replicate }) => replicate.threads),
    numeric('attempts', 'Attempts', 76, ({ replicate }) => replicate.attempts),
    {
      ...column('started', 'Started', [140, 0.3], ({ replicate }) => replicate.startedAt),
      text: ({ replicate }) => texts.time(replicate.startedAt),
    },
    {
      ...column('ended', 'Ended', [140, 0.3], ({ replicate }) => replicate.endedAt),
      text: ({ replicate }) => texts.time(replicate.endedAt),
    },
    column('exitReason', 'Exit reason', [120, 1], ({ replicate }) => replicate.exitReason),
    column('seeds', 'Seeds', [150, 1], ({ replicate }) => seedsText(replicate)),
    column('tags', 'Tags', [66, 1], ({ replicate }) => replicate.tags.join(', ')),
    column('notes', 'Notes', [70, 1.4], ({ replicate }) => replicate.notes),
    {
      ...column('excluded', 'Excluded', [72, 1.2], ({ replicate }) => replicate.excludedReason),
      fileTitle: 'excluded because',
    },
  ];
}

function seedsText({ seeds }: ReplicateRow): string {
  return Object.entries(seeds)
    .flatMap(([source, seed]) => (seed === null ? [] : [`${sourceName(source)} ${seed}`]))
    .join(', ');
}

/** The name of a noise source as it is written in sentences. */
export function sourceName(source: string): string {
  return source.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function column(
  key: ColumnKey,
  title: string,
  [width, share]: readonly [number, number],
  value: (row: MeasuredReplicate) => string | null,
): ReplicateColumn {
  const text = (row: MeasuredReplicate): string => texts.words(value(row));
  return { key, title, numeric: false, width, share, value, text, fileTitle: title.toLowerCase() };
}

function numeric(
  key: ColumnKey,
  title: string,
  width: number,
  value: (row: MeasuredReplicate) => number | null,
): ReplicateColumn {
  const text = (row: MeasuredReplicate): string => texts.number(value(row));
  return { key, title, numeric: true, width, share: 0, value, text, fileTitle: title.toLowerCase() };
}

const words = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** @returns the rows in order; equal ones stay as they were, and what is not there comes last either way. */
export function sortedRows(
  rows: readonly MeasuredReplicate[],
  by: ReplicateColumn,
  descending: boolean,
): MeasuredReplicate[] {
  const keyed = rows.map((row) => ({ row, key: by.value(row) }));
  const isMissing = (key: Cell): boolean => key === null || key === '';
  keyed.sort((one, other) => {
    if (isMissing(one.key) || isMissing(other.key))
      return Number(isMissing(one.key)) - Number(isMissing(other.key));
    const order =
      typeof one.key === 'number' && typeof other.key === 'number'
        ? one.key - other.key
        : words.compare(String(one.key), String(other.key));
    return descending ? -order : order;
  });
  return keyed.map(({ row }) => row);
}
