import Table from 'cli-table3';
import colours from 'picocolors';

export interface Column {
  title: string;
  align?: 'left' | 'right' | 'center';
}

/** No frame: columns two spaces apart, and a line under their titles. */
const characters = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', right: '', middle: '  ' },
  ...{ 'left-mid': '', 'right-mid': '', mid: '─', 'mid-mid': '──' },
};

/** Rows as a table for a terminal; colours only where the terminal has them. */
export function tableText(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: columns.map(({ title }) => colours.bold(title)),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    chars: characters,
    // The library's own colours do not ask whether anybody wants them.
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows) {
    table.push([...row]);
  }
  return table.toString();
}
