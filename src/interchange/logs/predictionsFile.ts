import { readFileSync, statSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { readNpy, type NpyArray } from '../../formats/npy.ts';
import { Hdf5File } from '../hdf5File.ts';
import { readClassList } from './classList.ts';
import { numberIn, readCsvTable } from './csvRows.ts';
import { invalidLog } from './textFile.ts';

type Classes = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;

/** Larger than the predictions of any test set; a file may claim anything. */
const mostBytes = 2 ** 31 - 1;
const mostClasses = 65_536;

/** What files of predictions are called: the epoch is a group, where it is there. */
export const predictionsName =
  /^pred(?:iction)?s?(?:[-_.]?(?:epoch)?[-_]?(\d+))?\.(?:txt|csv|npy|npz|h5|hdf5)$/i;

/**
 * Reads the predicted class of every test example: a class a line (`.txt`), a column `prediction` (`.csv`), or an array of
 * classes [examples] or of logits or probabilities [examples, classes] (`.npy`; the only array of a `.npz`, or data set of an
 * `.h5`). Of logits the largest counts; of two that are, the first.
 * @throws NoisefloorError `log-invalid` with file and line, `hdf5-unreadable`.
 */
export async function readPredictionsFile(file: string): Promise<Classes> {
  if (/\.txt$/i.test(file)) return readClassList(file);
  if (/\.csv$/i.test(file)) return classesOfTable(file);
  if (/\.(h5|hdf5)$/i.test(file)) return classesOfHdf5(file);
  return classesOfArray(file, /\.npz$/i.test(file) ? onlyArray(file) : npyOf(file, bytesOf(file)));
}

function bytesOf(file: string): Uint8Array {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > mostBytes) throw invalidLog(file, null, 'it is larger than 2 GiB.');
  try {
    return readFileSync(file);
  } catch (error) {
    throw invalidLog(
      file,
      null,
      `it cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}).`,
    );
  }
}

function npyOf(file: string, bytes: Uint8Array): NpyArray {
  try {
    return readNpy(bytes);
  } catch (cause) {
    throw invalidLog(file, null, `${cause instanceof Error ? cause.message : String(cause)}.`);
  }
}

function onlyArray(file: string): NpyArray {
  let total = 0;
  let unpacked: Record<string, Uint8Array>;
  try {
    unpacked = unzipSync(bytesOf(file), {
      filter: ({ name, originalSize }) => {
        total += originalSize;
        // What unpacks to more is a zip bomb, or no predictions.
        if (total > mostBytes) throw new RangeError('it unpacks to more than 2 GiB');
        return name.endsWith('.npy');
      },
    });
  } catch (cause) {
    throw invalidLog(
      file,
      null,
      `it cannot be unpacked: ${cause instanceof Error ? cause.message : String(cause)}.`,
    );
  }
  const names = Object.keys(unpacked);
  const name = names.length === 1 ? names[0] : names.find((each) => /^pred(iction)?s?\.npy$/i.test(each));
  const bytes = name === undefined ? undefined : unpacked[name];
  if (bytes === undefined) {
    throw invalidLog(
      file,
      null,
      `it holds ${names.length === 0 ? 'no array' : `the arrays ${names.join(', ')}`}; one array, or one called predictions, was expected.`,
    );
  }
  return npyOf(file, bytes);
}

/** Classes of an array of them, or the place of the largest in each row. */
function classesOfArray(file: string, { shape, dtype, bytes }: NpyArray): Classes {
  const [examples = 0, columns = 1] = shape;
  const isList = shape.length === 1 || (shape.length === 2 && columns === 1);
  if (!isList && shape.length !== 2) {
    throw invalidLog(
      file,
      null,
      `its array has the shape [${shape.join(', ')}]; [examples] or [examples, classes] was expected. An array of several runs is to be saved a file a run.`,
    );
  }
  if (columns > mostClasses) throw invalidLog(file, null, `it has ${columns} classes, more than are read.`);
  const read = valueReader(bytes, dtype);
  if (isList) return whole(file, examples, read);
  return largest(file, examples, columns, read);
}

type ReadValue = (index: number) => number;

function valueReader(bytes: Uint8Array, dtype: string): ReadValue {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (dtype) {
    case 'u1':
    case 'b1':
      return (index) => view.getUint8(index);
    case 'i1':
      return (index) => view.getInt8(index);
    case 'u2':
      return (index) => view.getUint16(2 * index, true);
    case 'i2':
      return (index) => view.getInt16(2 * index, true);
    case 'f2':
      return (index) => view.getFloat16(2 * index, true);
    case 'u4':
      return (index) => view.getUint32(4 * index, true);
    case 'i4':
      return (index) => view.getInt32(4 * index, true);
    case 'f4':
      return (index) => view.getFloat32(4 * index, true);
    case 'f8':
      return (index) => view.getFloat64(8 * index, true);
    default:
      return (index) =>
        Number(
          dtype.startsWith('u') ? view.getBigUint64(8 * index, true) : view.getBigInt64(8 * index, true),
        );
  }
}

function whole(file: string, examples: number, read: ReadValue): Classes {
  if (examples === 0) throw invalidLog(file, null, 'it is empty.');
  const classes = new Uint16Array(examples);
  let most = 0;
  for (let example = 0; example < examples; example += 1) {
    const value = read(example);
    if (!Number.isInteger(value) || value < 0 || value >= mostClasses) {
      throw invalidLog(
        file,
        null,
        `value ${example} is ${value}, no class: a whole number from 0 was expected.`,
      );
    }
    classes[example] = value;
    most = Math.max(most, value);
  }
  return most < 256 ? Uint8Array.from(classes) : classes;
}

function largest(file: string, examples: number, columns: number, read: ReadValue): Classes {
  if (examples === 0) throw invalidLog(file, null, 'it is empty.');
  const classes = columns <= 256 ? new Uint8Array(examples) : new Uint16Array(examples);
  for (let example = 0; example < examples; example += 1) {
    let [best, found] = [-Infinity, -1];
    for (let column = 0; column < columns; column += 1) {
      const value = read(example * columns + column);
      if (Number.isNaN(value)) throw invalidLog(file, null, `row ${example} holds NaN in column ${column}.`);
      if (value > best || found < 0) [best, found] = [value, column];
    }
    classes[example] = found;
  }
  return classes;
}

function classesOfTable(file: string): Classes {
  const table = readCsvTable(file);
  const names = ['prediction', 'predicted', 'pred', 'class'];
  const column =
    table.header.length === 1 ? 0 : table.header.findIndex((name) => names.includes(name.toLowerCase()));
  if (column < 0)
    throw invalidLog(file, 1, `there is no column ${names.map((name) => `"${name}"`).join(' or ')}.`);
  const values = table.rows.map((row) => {
    const value = numberIn(table, row, column);
    if (Number.isInteger(value) && value >= 0 && value < mostClasses) return value;
    throw invalidLog(
      file,
      row.line,
      `"${row.cells[column] ?? ''}" is no class: a whole number from 0 was expected.`,
    );
  });
  return whole(file, values.length, (index) => values[index] ?? Number.NaN);
}

function classesOfHdf5(file: string): Promise<Classes> {
  return Hdf5File.with(file, (open) => {
    const names = open.names('');
    const name = names.length === 1 ? names[0] : names.find((each) => /^pred(iction)?s?$/i.test(each));
    if (name === undefined) {
      throw invalidLog(
        file,
        null,
        `it holds ${names.join(', ') || 'nothing'}; one data set, or one called predictions, was expected.`,
      );
    }
    const { shape, values } = open.numbers(name);
    const [examples = 0, columns = 1] = shape;
    const read: ReadValue = (index) => values[index] ?? Number.NaN;
    if (shape.length === 1 || columns === 1) return whole(file, examples, read);
    if (shape.length === 2) return largest(file, examples, columns, read);
    throw invalidLog(
      file,
      null,
      `its data set has the shape [${shape.join(', ')}]; [examples] or [examples, classes] was expected.`,
    );
  });
}
