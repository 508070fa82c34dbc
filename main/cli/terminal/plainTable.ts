import { tableText } from './table.ts';

/** Rows of text and numbers as a table for a terminal; numbers have four digits after the point, null is a dash. */
export function plainTable(
  header: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
): string {
  const columns = header.map((title, column) => {
    const isText = rows.some((row) => typeof row[column] === 'string');
    return { title, align: isText ? ('left' as const) : ('right' as const) };
  });
  return tableText(
    columns,
    rows.map((row) => row.map(cell)),
  );
}

function cell(value: string | number | null): string {
  if (value === null) {
    return '–';
  }
  return typeof value === 'string' || Number.isInteger(value) ? String(value) : value.toFixed(4);
}
