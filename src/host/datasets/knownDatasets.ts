import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { openExamples } from '../../data/exampleSource.ts';
import { writeFileDurably } from '../../results/durableFile.ts';
import { NoisefloorError } from '../../study/errors.ts';
import { nearest, suggestion } from '../../study/nearest.ts';
import { datasetSchema, type DatasetReference } from '../../study/task.ts';

const knownSchema = z.object({
  name: z.string().min(1).max(200),
  dataset: datasetSchema,
  examples: z.object({ train: z.int(), test: z.int() }),
  classes: z.int(),
  shape: z.tuple([z.int(), z.int(), z.int()]),
  /** Of the decoded data, or of the image files where something would have to decode them. */
  hash: z.string(),
  /** When it was last read whole, ISO 8601. */
  checked: z.string(),
});
export type KnownDataset = z.infer<typeof knownSchema>;

const fileSchema = z.object({ noisefloor: z.literal(1), datasets: z.array(knownSchema).max(10_000) });

/** What a check of a known data set found. */
export interface CheckedDataset {
  known: KnownDataset;
  /** Whether it is what it was when it was added. */
  isSame: boolean;
  found: KnownDataset;
}

/** The data sets on this machine that a person added or fetched, in a small file of theirs. */
export class KnownDatasets {
  readonly #file: string;

  /** @param folder of what a person's studio keeps. */
  constructor(folder: string) {
    this.#file = path.join(folder, 'datasets.json');
  }

  /**
   * @returns all of them, by name.
   * @throws NoisefloorError `known-datasets-damaged` where the file cannot be read, or is not what was written.
   */
  async list(): Promise<KnownDataset[]> {
    let text: string;
    try {
      text = await readFile(this.#file, 'utf8');
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
      throw damagedList(this.#file, cause);
    }
    try {
      return fileSchema.parse(JSON.parse(text)).datasets;
    } catch (cause) {
      throw damagedList(this.#file, cause);
    }
  }

  /** Those that can be read: none where the list is damaged, which whoever lists them is told. */
  async readable(): Promise<KnownDataset[]> {
    return this.list().catch(() => []);
  }

  /**
   * Reads a data set whole and lists it; one with the same kind and place is replaced.
   * @param name null takes the data's own, made unique.
   * @throws NoisefloorError `dataset-invalid` with the file at fault, `invalid-dataset-name` where another has that name.
   */
  async add(dataset: DatasetReference, name: string | null): Promise<KnownDataset> {
    const all = await this.list();
    const others = all.filter((known) => !isSamePlace(known.dataset, dataset));
    const taken = (wanted: string): boolean =>
      others.some((known) => known.name.toLowerCase() === wanted.toLowerCase());
    if (name !== null && taken(name)) {
      throw new NoisefloorError(
        'invalid-dataset-name',
        `There is a data set "${name}" already; give another name.`,
      );
    }
    const read = await readDataset(dataset, name ?? '');
    const plain = name ?? slug(read.name === '' ? dataset.kind : read.name);
    let unique = plain;
    for (let number = 2; taken(unique); number += 1) unique = `${plain}-${number}`;
    const added = { ...read, name: unique };
    await this.#write([...others, added]);
    return added;
  }

  /**
   * Reads a known data set whole again and says whether it is what it was.
   * @throws NoisefloorError `unknown-dataset` with the nearest names, `dataset-invalid`.
   */
  async check(name: string): Promise<CheckedDataset> {
    const all = await this.list();
    const known = all.find((each) => each.name.toLowerCase() === name.toLowerCase());
    if (known === undefined) {
      const names = all.map((each) => each.name);
      const others = names.length === 0 ? 'None was added.' : suggestion(name, names);
      throw new NoisefloorError('unknown-dataset', `There is no data set "${name}". ${others}`, {
        details: { name, nearest: nearest(name, names), known: names },
      });
    }
    const found = await readDataset(known.dataset, known.name);
    const isSame = found.hash === known.hash;
    if (isSame) await this.#write(all.map((each) => (each === known ? found : each)));
    return { known, isSame, found };
  }

  async #write(datasets: readonly KnownDataset[]): Promise<void> {
    await mkdir(path.dirname(this.#file), { recursive: true });
    const sorted = [...datasets].sort((one, other) => (one.name < other.name ? -1 : 1));
    const text = JSON.stringify({ noisefloor: 1, datasets: sorted }, null, 2);
    writeFileDurably(this.#file, Buffer.from(`${text}\n`));
  }
}

function damagedList(file: string, cause: unknown): NoisefloorError {
  return new NoisefloorError(
    'known-datasets-damaged',
    `${file}, which lists the data sets on this machine, cannot be read or is damaged. Mend or remove it, and add them again; the data themselves are not touched.`,
    { details: { file }, cause },
  );
}

async function readDataset(dataset: DatasetReference, name: string): Promise<KnownDataset> {
  const { identity } = await openExamples(dataset);
  return {
    ...{ name: name === '' ? identity.name : name, dataset, examples: identity.examples },
    ...{ classes: identity.classes, shape: [...identity.shape] as [number, number, number] },
    ...{ hash: identity.hash ?? identity.files ?? '', checked: new Date().toISOString() },
  };
}

const slug = (name: string): string =>
  name
    .toLowerCase()
    .replace(/,.*$/, '')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '');

function isSamePlace(one: DatasetReference, other: DatasetReference): boolean {
  return one.kind === other.kind && 'path' in one && 'path' in other && one.path === other.path;
}
