import { placesOf, type ColumnMapping, type LoggedField } from './columns.ts';
import { numberIn, readCsvTable, type CsvTable } from './csvRows.ts';
import { addNumber, finished, newEpochs, type ReadLog } from './loggedEpochs.ts';
import { invalidLog } from './textFile.ts';

/**
 * Reads a table of metrics with a row an epoch or a step: a Keras CSVLogger, Lightning's `metrics.csv`, or any tidy CSV.
 * Where there is a column of steps, the rows of an epoch are put together and the last value of each number counts; without
 * one an epoch is there once.
 * @param series where a table has columns of several runs, named `run - metric` as Weights & Biases exports them: the run.
 * @throws NoisefloorError `log-invalid` with file and line: no column of epochs, an epoch that is none or is there twice,
 *   an accuracy that is no fraction, two columns that may be meant.
 */
export function readMetricsTable(
  file: string,
  mapping: ColumnMapping = {},
  series: string | null = null,
): ReadLog {
  const whole = readCsvTable(file);
  const columns = whole.header.map((name) => (series === null ? name : columnOf(name, series)));
  const places = new Map(
    placesOf(
      columns.map((name) => name ?? ''),
      withStep(mapping, series),
      (why) => invalidLog(file, 1, why),
    ),
  );
  const epochColumn = places.get('epoch');
  if (epochColumn === undefined) {
    throw invalidLog(file, 1, 'there is no column "epoch". Say which column is, with --map epoch=COLUMN.');
  }
  const hasSteps = series === null && whole.header.some((name) => /^(global_)?step$/i.test(name));
  const epochs = newEpochs();
  for (const row of whole.rows) {
    if (row.cells.every((cell) => cell.trim() === '')) continue;
    const epoch = numberIn(whole, row, epochColumn);
    // Lightning writes rows of other things between those of epochs.
    if (Number.isNaN(epoch) && hasSteps) continue;
    const isAgain = addRow({ table: whole, row, epoch, places, epochs });
    if (isAgain && !hasSteps) {
      throw invalidLog(
        file,
        row.line,
        `epoch ${epoch} is there already, in line ${epochs.get(epoch)?.line ?? 0}. Keep one of the two.`,
      );
    }
  }
  const read = new Set(places.values());
  const unread = columns.flatMap((name, at) =>
    name === null || read.has(at) ? [] : [whole.header[at] ?? ''],
  );
  return { epochs: finished(epochs), unread };
}

/** The metric of a column of a run; null where the column is of another run, or a bound of one. */
function columnOf(name: string, series: string): string | null {
  if (/^(step|epoch)$/i.test(name)) return name;
  const prefix = `${series} - `;
  return name.startsWith(prefix) && !/__(MIN|MAX)$/.test(name) ? name.slice(prefix.length) : null;
}

/** An export of several runs counts by steps. */
const withStep = (mapping: ColumnMapping, series: string | null): ColumnMapping =>
  series === null || mapping.epoch !== undefined ? mapping : { ...mapping, epoch: 'Step' };

/** @returns whether the epoch was there already. */
function addRow(given: {
  table: CsvTable;
  row: CsvTable['rows'][number];
  epoch: number;
  places: ReadonlyMap<LoggedField, number>;
  epochs: ReturnType<typeof newEpochs>;
}): boolean {
  const { table, row, epoch, places, epochs } = given;
  const refuse = (why: string): Error => invalidLog(table.file, row.line, why);
  if (!Number.isInteger(epoch)) {
    throw refuse(`"${row.cells[places.get('epoch') ?? 0] ?? ''}" is no epoch.`);
  }
  const isAgain = epochs.has(epoch);
  for (const [field, column] of places) {
    if (field === 'epoch')
      addNumber(epochs, { epoch, field: null, value: Number.NaN, line: row.line }, refuse);
    else addNumber(epochs, { epoch, field, value: numberIn(table, row, column), line: row.line }, refuse);
  }
  return isAgain;
}

/** The runs of an export of Weights & Biases, by its header; none where it is a table of one run. */
export function seriesIn(header: readonly string[]): string[] {
  const found = header.flatMap((name) => /^(.+) - (.+)$/.exec(name)?.[1] ?? []);
  return header.some((name) => /^step$/i.test(name)) ? [...new Set(found)] : [];
}
