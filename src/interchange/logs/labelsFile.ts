import { readClassList } from './classList.ts';
import { numberIn, readCsvTable } from './csvRows.ts';
import { invalidLog } from './textFile.ts';

/** The true classes of test examples. */
export interface ReadLabels {
  readonly labels: Int32Array<ArrayBuffer>;
  /** Null where the file names none. */
  readonly classNames: readonly string[] | null;
}

/**
 * Reads true classes from a table (`.csv`: a column `label`; `index`, where there is one, says the example; `class_name` names
 * the classes) or from a text with a class a line.
 * @throws NoisefloorError `log-invalid` with file and line.
 */
export function readLabelsFile(file: string): ReadLabels {
  if (!/\.csv$/i.test(file)) return { labels: Int32Array.from(readClassList(file)), classNames: null };
  const table = readCsvTable(file);
  const [label, index, name] = ['label', 'index', 'class_name'].map((each) => table.header.indexOf(each));
  if (label === undefined || label < 0) throw invalidLog(file, 1, 'there is no column "label".');
  const labels = new Int32Array(table.rows.length).fill(-1);
  const names: (string | undefined)[] = [];
  for (const [position, row] of table.rows.entries()) {
    const example = index === undefined || index < 0 ? position : numberIn(table, row, index);
    if (labels[example] !== -1) {
      throw invalidLog(
        file,
        row.line,
        `"${String(example)}" is no index of its own: the ${table.rows.length} examples are counted from 0, each once.`,
      );
    }
    const value = numberIn(table, row, label);
    if (!Number.isInteger(value) || value < 0 || value > 65_535) {
      throw invalidLog(
        file,
        row.line,
        `"${row.cells[label] ?? ''}" is no class: a whole number from 0 was expected.`,
      );
    }
    labels[example] = value;
    const called = name === undefined || name < 0 ? '' : (row.cells[name] ?? '');
    if (called === '') continue;
    if (names[value] !== undefined && names[value] !== called) {
      throw invalidLog(
        file,
        row.line,
        `class ${value} is called "${called}" here and "${names[value]}" before.`,
      );
    }
    names[value] = called;
  }
  const named = Array.from(names).filter((each) => each !== undefined);
  const isNamed = named.length > 0 && named.length === names.length;
  return { labels, classNames: isNamed ? named : null };
}
