import Table from 'cli-table3';

/** Rows of text and numbers as a table for a terminal; numbers have four digits after the point, null is a dash. */
export function plainTable(
  header: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
): string {
  const table = new Table({
    head: [...header],
    colAligns: header.map((_, column) => (typeof rows[0]?.[column] === 'string' ? 'left' : 'right')),
    style: { head: ['bold'], border: ['gray'], compact: true },
  });
  for (const row of rows) {
    table.push(row.map(cell));
  }
  return table.toString();
}

function cell(value: string | number | null): string {
  if (value === null) {
    return '–';
  }
  return typeof value === 'string' || Number.isInteger(value) ? String(value) : value.toFixed(4);
}
