import { CsvError, parse } from 'csv-parse/sync';
import type { ProfiledActivity } from '../../analysis/kernelProfile.ts';
import { invalidLog } from '../logs/textFile.ts';
import { nanosecondsOf, type ProfileFile } from './profileFile.ts';

const header = /^"?Type"?,"?Time\(%\)"?,"?Time"?,"?Calls"?/;

/** Whether a text is what `nvprof --csv` prints. */
export const isNvprof = (text: string): boolean => text.split('\n').some((line) => header.test(line));

/**
 * Reads what `nvprof --csv` prints: whatever the program printed, a header, a row of units, which differ from file to file,
 * and a row for each kernel, transfer and call of the API; the last are not of the device and are passed over.
 * @throws NoisefloorError `log-invalid` with file and line.
 */
export function readNvprof(file: string, text: string): ProfileFile {
  const lines = text.split(/\r?\n/);
  const start = lines.findIndex((line) => header.test(line));
  if (start < 0) throw invalidLog(file, null, 'it has no table of nvprof --csv.');
  const command = lines
    .slice(0, start)
    .map((line) => /NVPROF is profiling process \d+, command: (.*)$/.exec(line)?.[1])
    .find((found) => found !== undefined);
  const rows = tableFrom(file, lines, start);
  const [columns = [], units = [], ...values] = rows;
  const place = (name: string): number => columns.indexOf(name);
  const [type, time, calls, name] = [place('Type'), place('Time'), place('Calls'), place('Name')];
  const unit = nanosecondsOf(units[time] ?? '');
  if (unit === null) {
    throw invalidLog(
      file,
      start + 2,
      `"${units[time] ?? ''}" is no unit of time; ns, us, ms or s was expected.`,
    );
  }
  const activities = values.flatMap((row, index): ProfiledActivity[] => {
    if (row[type] !== 'GPU activities') return [];
    const line = start + 3 + index;
    const known = row[name] ?? '';
    return [
      {
        name: known,
        kind: /^\[CUDA mem/.test(known) ? 'memory' : 'kernel',
        calls: countIn(file, line, row[calls]),
        nanoseconds: Math.round(unit * numberIn(file, line, row[time])),
      },
    ];
  });
  if (activities.length === 0) throw invalidLog(file, start + 1, 'it has no GPU activities.');
  const [first] = values;
  const average = Number(first?.[place('Avg')]);
  const share = Number(first?.[place('Time(%)')]) / 100;
  const referenceTime = Number.isFinite(average / share) ? average / share : null;
  return { file, profiler: 'nvprof', command: command?.trim() ?? null, referenceTime, activities };
}

/** The rows from the header on, up to what is none. */
function tableFrom(file: string, lines: readonly string[], start: number): string[][] {
  const end = lines.findIndex(
    (line, index) => index > start && (line.trim() === '' || line.startsWith('==')),
  );
  const table = lines.slice(start, end < 0 ? undefined : end).join('\n');
  try {
    return parse(table, { relax_column_count: false });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = 'lines' in error && typeof error.lines === 'number' ? start + error.lines : null;
    throw invalidLog(file, line, `it is no table of comma-separated values: ${error.message}.`);
  }
}

/** @throws NoisefloorError `log-invalid`. */
export function numberIn(file: string, line: number, text: string | undefined): number {
  const value = Number((text ?? '').replaceAll(',', ''));
  if (text !== undefined && text.trim() !== '' && Number.isFinite(value) && value >= 0) return value;
  throw invalidLog(file, line, `"${text ?? ''}" is no time.`);
}

/** @throws NoisefloorError `log-invalid`. */
export function countIn(file: string, line: number, text: string | undefined): number {
  const value = numberIn(file, line, text);
  if (Number.isSafeInteger(value)) return value;
  throw invalidLog(file, line, `"${text ?? ''}" is no number of calls.`);
}
