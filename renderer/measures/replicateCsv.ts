import { stringify } from 'csv-stringify/browser/esm/sync';
import type { MeasuredReplicate, ReplicateColumn } from './replicateRow.ts';

/** Rows and columns as RFC 4180 says, numbers with all their digits. */
export function replicatesAsCsv(
  rows: readonly MeasuredReplicate[],
  columns: readonly ReplicateColumn[],
): string {
  const head = columns.map(({ fileTitle }) => fileTitle);
  const body = rows.map((row) =>
    columns.map((column) => {
      const value = column.value(row);
      return value === null ? '' : String(value);
    }),
  );
  return stringify([head, ...body], { record_delimiter: 'windows' });
}
