import { readdirSync, statSync, type Dirent } from 'node:fs';
import path from 'node:path';
import { NoisefloorError } from '../../study/errors.ts';

/** A folder of one training run. */
export interface RecognisedRun {
  /** Absolute. */
  readonly folder: string;
  readonly network: string | null;
  readonly dataset: string | null;
  readonly variant: string;
  readonly hasBatchNorm: boolean;
  /** Within its variant. */
  readonly index: number;
  readonly log: string | null;
  /** Files by epoch, counted from 0, ascending. */
  readonly predictions: ReadonlyMap<number, string>;
  readonly checkpoints: ReadonlyMap<number, string>;
}

/** Something that is not taken in, and why. */
export interface LeftOut {
  readonly path: string;
  readonly why: string;
}

export interface Recognition {
  readonly root: string;
  readonly runs: readonly RecognisedRun[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * How the paper's reference code names a run: `logs_smallcnn_cifar10_default_3`, and with batch normalisation
 * `logs_smallcnn_cifar10_default__bn3`, which has two underscores before the mark and none before the number.
 */
const referenceName =
  /^logs_(?<network>[A-Za-z0-9-]+)_(?<dataset>[A-Za-z0-9-]+)_(?<variant>[A-Za-z0-9+-]+?)(?<bn>__?bn)?_?(?<replicate>\d+)$/;

/** What the reference code calls the paper's variants. */
const paperNames: Readonly<Record<string, string>> = {
  default: 'ALGO+IMPL',
  algo: 'ALGO',
  impl: 'IMPL',
  control: 'CONTROL',
};

/** Deeper than anybody keeps runs; and more entries than are looked at. */
const mostLevels = 6;
const mostEntries = 1_000_000;

/**
 * Finds the runs in a folder by their names. Links are not followed, so that there is no way out of it and no loop.
 * @param pattern with the named groups `replicate` and, where there are several, `variant`, `network`, `dataset`; of the
 *   path of a run below the folder. Null is how the reference code names them.
 * @throws NoisefloorError `import-missing`, `import-pattern`, `import-too-many`.
 */
export function recogniseRuns(folder: string, pattern: string | null): Recognition {
  const root = path.resolve(folder);
  if (statSync(root, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new NoisefloorError('import-missing', `There is no folder at ${root}.`, {
      details: { path: root },
    });
  }
  const search = new Search(root, pattern === null ? referenceName : compiled(pattern));
  search.look(root, 0);
  return { root, runs: search.runs, leftOut: search.leftOut };
}

function compiled(pattern: string): RegExp {
  let expression: RegExp;
  try {
    expression = new RegExp(`^(?:${pattern})$`);
  } catch (cause) {
    throw new NoisefloorError('import-pattern', `"${pattern}" is no regular expression: ${String(cause)}.`, {
      cause,
    });
  }
  if (!pattern.includes('(?<replicate>')) {
    throw new NoisefloorError(
      'import-pattern',
      `The pattern "${pattern}" has no group (?<replicate>...), which tells the number of a run.`,
    );
  }
  return expression;
}

class Search {
  readonly runs: RecognisedRun[] = [];
  readonly leftOut: LeftOut[] = [];
  readonly #root: string;
  readonly #name: RegExp;
  #entries = 0;

  constructor(root: string, name: RegExp) {
    this.#root = root;
    this.#name = name;
  }

  look(folder: string, level: number): void {
    const entries = this.#list(folder);
    if (entries === null) return;
    const files = entries.filter((entry) => entry.isFile());
    if (files.some(({ name }) => isOfRun(name))) {
      this.#take(folder, files);
      return;
    }
    for (const entry of entries) {
      const own = path.join(folder, entry.name);
      if (entry.isSymbolicLink()) this.leftOut.push({ path: own, why: 'a link; links are not followed' });
      else if (entry.isDirectory() && level < mostLevels) this.look(own, level + 1);
      else if (entry.isDirectory()) this.leftOut.push({ path: own, why: 'too deep inside of the folder' });
    }
  }

  #list(folder: string): Dirent[] | null {
    let entries: Dirent[];
    try {
      entries = readdirSync(folder, { withFileTypes: true });
    } catch (error) {
      const { code = 'an error' } = error as NodeJS.ErrnoException;
      this.leftOut.push({ path: folder, why: `it cannot be listed (${code})` });
      return null;
    }
    this.#entries += entries.length;
    if (this.#entries > mostEntries) {
      throw new NoisefloorError(
        'import-too-many',
        `${this.#root} holds more than ${mostEntries.toLocaleString('en')} files and folders. Name the folder of the runs.`,
      );
    }
    return entries.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  }

  #take(folder: string, files: readonly Dirent[]): void {
    const below = path.relative(this.#root, folder) || path.basename(folder);
    const groups = (
      this.#name.exec(below.split(path.sep).join('/')) ?? this.#name.exec(path.basename(folder))
    )?.groups;
    const index = Number(groups?.['replicate'] ?? '');
    if (groups === undefined || !Number.isSafeInteger(index) || groups['replicate'] === '') {
      const why = 'its name does not say what it is a run of; give --pattern with a group (?<replicate>...)';
      this.leftOut.push({ path: folder, why });
      return;
    }
    const { variant = 'runs', network = null, dataset = null } = groups;
    const found = { predictions: new Map<number, string>(), checkpoints: new Map<number, string>() };
    let log: string | null = null;
    for (const { name } of files) {
      const file = path.join(folder, name);
      const [, kind, epoch] = /^(?:(pred)(\d+)\.txt|(?:ckpt)(\d+)\.h5)$/.exec(name) ?? [];
      const checkpoint = /^ckpt(\d+)\.h5$/.exec(name)?.[1];
      if (name === 'log.csv') log = file;
      else if (kind === 'pred') found.predictions.set(Number(epoch), file);
      else if (checkpoint !== undefined) found.checkpoints.set(Number(checkpoint), file);
      else this.leftOut.push({ path: file, why: 'not a kind of file that is read here' });
    }
    this.runs.push({
      ...{ folder, network, dataset, index, log },
      variant: paperNames[variant.toLowerCase()] ?? variant,
      hasBatchNorm: (groups['bn'] ?? '') !== '',
      predictions: ascending(found.predictions),
      checkpoints: ascending(found.checkpoints),
    });
  }
}

const isOfRun = (name: string): boolean => name === 'log.csv' || /^pred\d+\.txt$|^ckpt\d+\.h5$/.test(name);

/** By number: as text, epoch 99 would come after epoch 199. */
function ascending(files: ReadonlyMap<number, string>): ReadonlyMap<number, string> {
  return new Map([...files].toSorted(([one], [other]) => one - other));
}
