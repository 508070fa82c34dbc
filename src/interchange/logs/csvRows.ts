import { CsvError, parse } from 'csv-parse/sync';
import { invalidLog, readTextFile } from './textFile.ts';

/** A row of a table with the line it stands in. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** A table as text. */
export interface CsvTable {
  readonly file: string;
  readonly header: readonly string[];
  readonly rows: readonly CsvRow[];
}

/**
 * Reads comma-separated values with a header (RFC 4180; CRLF or LF). Every row has as many cells as the header.
 * @throws NoisefloorError `log-invalid` with file and line.
 */
export function readCsvTable(file: string): CsvTable {
  const text = readTextFile(file);
  let records: { record: string[]; info: { lines: number } }[];
  try {
    // Written for `info`, the types give the rows without it.
    records = parse(text, { info: true, skip_empty_lines: true }) as unknown as typeof records;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = 'lines' in error && typeof error.lines === 'number' ? error.lines : null;
    throw invalidLog(file, line, `it is no table of comma-separated values: ${error.message}.`);
  }
  const [first, ...rows] = records;
  if (first === undefined) throw invalidLog(file, null, 'it is empty.');
  const header = first.record;
  if (header.length === 1 && /[;\t|]/.test(header[0] ?? '')) {
    throw invalidLog(file, 1, 'its columns are not separated by commas. Save it with commas.');
  }
  const twice = header.find((name, position) => header.indexOf(name) !== position);
  if (twice !== undefined) throw invalidLog(file, 1, `the column "${twice}" is there twice.`);
  return { file, header, rows: rows.map(({ record, info }) => ({ line: info.lines, cells: record })) };
}

/** What stands where nothing is known. */
const unknown = new Set(['', 'NA', 'N/A', 'null', 'None']);

/**
 * A cell as a number; NaN where nothing is known.
 * @throws NoisefloorError `log-invalid` for anything else.
 */
export function numberIn({ file, header }: CsvTable, { line, cells }: CsvRow, column: number): number {
  const text = cells[column] ?? '';
  const plain = text === '' ? Number.NaN : Number(text);
  if (Number.isFinite(plain)) return plain;
  if (unknown.has(text) || /^-?nan$/i.test(text)) return Number.NaN;
  if (/^[+-]?inf(inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  throw invalidLog(file, line, `"${text}" in the column "${header[column] ?? ''}" is no number.`);
}
