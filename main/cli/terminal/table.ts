import Table from 'cli-table3';
import colours from 'picocolors';

export interface Column {
  title: string;
  align?: 'left' | 'right' | 'center';
}

/** Rows as a table for a terminal; colours only where the terminal has them. */
export function tableText(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: columns.map(({ title }) => colours.bold(title)),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    // The library's own colours do not ask whether anybody wants them.
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) {
    table.push([...row]);
  }
  return table.toString();
}
