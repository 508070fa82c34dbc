import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { invalidData, systemReason } from './invalid.ts';

/** Image files with their binary attributes, one row of 0 and 1 per file. */
export interface AttributeFiles {
  readonly files: readonly string[];
  readonly attributes: Uint8Array;
}

/** The images of a folder of CelebA, listed but not decoded. */
export interface CelebaList {
  readonly attributeNames: readonly string[];
  readonly train: AttributeFiles;
  readonly validation: AttributeFiles;
  readonly test: AttributeFiles;
}

const imageFolder = 'img_align_celeba';
const partitions = ['train', 'validation', 'test'] as const;

/**
 * Lists a folder of CelebA: the folder `img_align_celeba` beside `list_attr_celeba` and `list_eval_partition`, both as
 * `.txt`, as CelebA's authors publish them, or as `.csv`. Partition 0 is for training, 1 for validation, 2 for testing;
 * each keeps the order of the attribute file. An attribute is 1 where it is given as 1, and 0 where as -1 or 0.
 * @param tested the part that is tested on, which must not be empty, nor that for training.
 * @throws NoisefloorError `dataset-invalid` with the file, and the line where one is at fault.
 */
export async function listCeleba(
  folder: string,
  tested: 'validation' | 'test' = 'test',
): Promise<CelebaList> {
  const entries = await namesIn(folder);
  const attributes = await readTable(folder, entries, 'list_attr_celeba', 2);
  const partition = await readTable(folder, entries, 'list_eval_partition', 0);
  const partitionOf = readPartitions(partition);
  const images = await findImages(folder);
  const rows = { train: newRows(), validation: newRows(), test: newRows() };
  const seen = new Set<string>();
  for (const line of attributes.lines) {
    const [name = '', ...values] = line.fields;
    if (seen.has(name)) throw atLine(attributes.file, line, `lists ${name} a second time. Remove one.`);
    seen.add(name);
    if (values.length !== attributes.names.length) {
      throw atLine(
        attributes.file,
        line,
        `gives ${values.length} attributes of ${name}, but the file names ${attributes.names.length}.`,
      );
    }
    const bits = values.map((value) => {
      if (value === '1') return 1;
      if (value === '-1' || value === '0') return 0;
      throw atLine(attributes.file, line, `gives ${name} the value "${value}". Values are 1, and -1 or 0.`);
    });
    const part = partitionOf.get(name);
    if (part === undefined)
      throw invalidData(partition.file, `has no line for ${name}, which ${attributes.file} lists.`);
    if (!images.names.has(name))
      throw atLine(attributes.file, line, `lists ${name}, which is not in ${images.folder}.`);
    rows[part].files.push(join(images.folder, name));
    rows[part].bits.push(bits);
  }
  const extra = [...partitionOf.keys()].find((name) => !seen.has(name));
  if (extra !== undefined)
    throw invalidData(partition.file, `lists ${extra}, which ${attributes.file} does not.`);
  for (const part of ['train', tested] as const) {
    if (rows[part].files.length === 0)
      throw invalidData(
        partition.file,
        `puts no image into partition ${partitions.indexOf(part)} (${part}).`,
      );
  }
  return {
    attributeNames: attributes.names,
    train: packed(rows.train),
    validation: packed(rows.validation),
    test: packed(rows.test),
  };
}

interface Rows {
  files: string[];
  bits: number[][];
}

const newRows = (): Rows => ({ files: [], bits: [] });

const packed = ({ files, bits }: Rows): AttributeFiles => ({
  files,
  attributes: Uint8Array.from(bits.flat()),
});

interface Line {
  /** Counted from 1. */
  number: number;
  fields: string[];
}

interface Table {
  file: string;
  /** Of the columns after the first; none where the form has no header. */
  names: string[];
  lines: Line[];
}

/** @param textHeader lines before the first image in the `.txt` form; the first of two is the number of images. */
async function readTable(
  folder: string,
  entries: readonly string[],
  name: string,
  textHeader: 0 | 2,
): Promise<Table> {
  const found = [`${name}.txt`, `${name}.csv`].find((each) => entries.includes(each));
  if (found === undefined) throw invalidData(folder, `holds neither ${name}.txt nor ${name}.csv.`);
  const file = join(folder, found);
  const isCsv = found.endsWith('.csv');
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw invalidData(file, `${systemReason(error)}.`, error);
  });
  const all = text
    .split(/\r?\n/)
    .map((line, index) => ({ number: index + 1, fields: fieldsOf(line, isCsv) }))
    .filter(({ fields }) => fields.length > 0);
  const header = isCsv ? 1 : textHeader;
  const lines = all.slice(header);
  if (isCsv) return { file, names: all[0]?.fields.slice(1) ?? [], lines };
  if (textHeader === 0) return { file, names: [], lines };
  const count = all[0]?.fields.join(' ') ?? '';
  if (count !== String(lines.length))
    throw invalidData(file, `says on line 1 that it lists "${count}" images, but lists ${lines.length}.`);
  return { file, names: all[1]?.fields ?? [], lines };
}

function fieldsOf(line: string, isCsv: boolean): string[] {
  const plain = line.trim();
  if (plain === '') return [];
  return isCsv ? plain.split(',').map((field) => field.trim()) : plain.split(/\s+/);
}

function readPartitions({ file, lines }: Table): Map<string, (typeof partitions)[number]> {
  const partitionOf = new Map<string, (typeof partitions)[number]>();
  for (const line of lines) {
    const [name = '', value = '', ...more] = line.fields;
    const part = /^[012]$/.test(value) && more.length === 0 ? partitions[Number(value)] : undefined;
    if (part === undefined) {
      throw atLine(
        file,
        line,
        'does not give an image and its partition: 0 for training, 1 for validation, 2 for testing.',
      );
    }
    if (partitionOf.has(name)) throw atLine(file, line, `lists ${name} a second time. Remove one.`);
    partitionOf.set(name, part);
  }
  return partitionOf;
}

/** The folder of the images; some archives unpack it into a folder of the same name. */
async function findImages(folder: string): Promise<{ folder: string; names: ReadonlySet<string> }> {
  const outer = join(folder, imageFolder);
  const names = await namesIn(outer);
  if (!names.includes(imageFolder)) return { folder: outer, names: new Set(names) };
  const inner = join(outer, imageFolder);
  return { folder: inner, names: new Set(await namesIn(inner)) };
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: unknown) => {
    throw invalidData(folder, `${systemReason(error)}.`, error);
  });
}

const atLine = (file: string, { number }: Line, what: string): Error =>
  invalidData(file, `on line ${number} ${what}`);
