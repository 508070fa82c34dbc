import { closeSync, openSync, readdirSync, readSync, statSync, type Dirent } from 'node:fs';
import path from 'node:path';
import { NoisefloorError } from '../../study/errors.ts';
import { seriesIn } from './metricsTable.ts';
import { describeMlflowRun, isMlflowRun } from './mlflow.ts';
import { predictionsName } from './predictionsFile.ts';
import { weightsName } from './weightsFile.ts';

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
  /** Where its numbers by epoch are; null where there are none. */
  readonly metrics: RunMetrics | null;
  /** Files by epoch, counted from 0, ascending; {@link ofLastEpoch} where a name says none. */
  readonly predictions: ReadonlyMap<number, string>;
  readonly checkpoints: ReadonlyMap<number, string>;
}

/** What keeps the numbers of a run. */
export type RunMetrics =
  | { readonly kind: 'table'; readonly file: string; readonly series: string | null }
  | { readonly kind: 'tensorboard'; readonly files: readonly string[] }
  | { readonly kind: 'mlflow'; readonly folder: string };

/** Stands for the last epoch that a run's numbers tell of. */
export const ofLastEpoch = -1;

/** What logs of each kind are called. */
export const logKinds: Readonly<Record<RunMetrics['kind'], string>> = {
  table: 'tables of metrics',
  tensorboard: 'TensorBoard event files',
  mlflow: 'an MLflow file store',
};

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

/** How Lightning names a run: `version_3` in a folder of its experiment. */
const lightningName = /(?:^|\/)(?<variant>[^/]+)\/version_(?<replicate>\d+)$|^version_(?<replicate>\d+)$/;

/** The files of a run. */
const tableName = /^(log|metrics|history|training)\.csv$/i;
const eventsName = /^events\.out\.tfevents\./;
/** Where Keras keeps the event files of both parts. */
const eventFolders = ['train', 'validation'];

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
  const found = statSync(root, { throwIfNoEntry: false });
  if (found === undefined) {
    throw new NoisefloorError('import-missing', `There is nothing at ${root}.`, { details: { path: root } });
  }
  const search = new Search(root, pattern === null ? null : compiled(pattern));
  if (found.isDirectory()) search.look(root, 0);
  else search.takeExport(root);
  return { root, runs: inOrder(search.runs), leftOut: search.leftOut };
}

/** A folder as one run, whatever it is called; null where nothing in it is of one. */
export function recogniseRun(folder: string): RecognisedRun | null {
  const root = path.resolve(folder);
  const search = new Search(root, null, true);
  search.look(root, 0);
  const [run] = search.runs;
  return run === undefined ? null : { ...run, index: 0 };
}

/** Runs of MLflow have no numbers: they are counted in the order in which they were begun. */
function inOrder(runs: readonly FoundRun[]): RecognisedRun[] {
  const counts = new Map<string, number>();
  return runs
    .toSorted((one, other) => one.started.localeCompare(other.started, 'en', { numeric: true }))
    .map(({ started: _, index, ...run }) => {
      if (index !== null) return { ...run, index };
      const next = counts.get(run.variant) ?? 0;
      counts.set(run.variant, next + 1);
      return { ...run, index: next };
    });
}

/** A run before it is counted. */
interface FoundRun extends Omit<RecognisedRun, 'index'> {
  readonly index: number | null;
  /** When it was begun, where that is how runs are counted; empty where names count them. */
  readonly started: string;
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
  readonly runs: FoundRun[] = [];
  readonly leftOut: LeftOut[] = [];
  readonly #root: string;
  /** What a person says of names; null where they are told by what is known. */
  readonly #name: RegExp | null;
  /** Whether the folder is one run, whatever it is called. */
  readonly #isOne: boolean;
  #entries = 0;

  constructor(root: string, name: RegExp | null, isOne = false) {
    this.#root = root;
    this.#name = name;
    this.#isOne = isOne;
  }

  look(folder: string, level: number): void {
    const entries = this.#list(folder);
    if (entries === null) return;
    const names = entries.map(({ name }) => name);
    const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    if (isMlflowRun(names)) {
      this.#takeMlflow(folder, files);
      return;
    }
    const events = this.#eventsOf(folder, entries);
    if (events.length > 0 || files.some(isOfRun)) {
      this.#take(folder, files, events);
      return;
    }
    for (const name of files.filter((each) => /\.csv$/i.test(each))) this.takeExport(path.join(folder, name));
    for (const entry of entries) {
      const own = path.join(folder, entry.name);
      if (entry.isSymbolicLink()) this.leftOut.push({ path: own, why: 'a link; links are not followed' });
      else if (entry.isDirectory() && level < mostLevels) this.look(own, level + 1);
      else if (entry.isDirectory()) this.leftOut.push({ path: own, why: 'too deep inside of the folder' });
    }
  }

  /** Takes every run of a table that holds several, as Weights & Biases exports them. */
  takeExport(file: string): void {
    const series = seriesIn(headerOf(file));
    for (const [position, name] of series.entries()) {
      const groups = this.#name?.exec(name)?.groups;
      if (this.#name !== null && groups === undefined) {
        this.leftOut.push({ path: `${file} (${name})`, why: 'its name does not fit the pattern' });
        continue;
      }
      this.runs.push({
        ...{ folder: `${file} (${name})`, started: '', index: indexIn(groups) ?? position },
        ...identityOf(groups),
        metrics: { kind: 'table', file, series: name },
        ...{ predictions: new Map<number, string>(), checkpoints: new Map<number, string>() },
      });
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

  /** Event files in a folder, or where Keras keeps those of both parts. */
  #eventsOf(folder: string, entries: readonly Dirent[]): string[] {
    const own = entries
      .filter((entry) => entry.isFile() && eventsName.test(entry.name))
      .map(({ name }) => path.join(folder, name));
    if (own.length > 0) return own;
    return entries
      .filter((entry) => entry.isDirectory() && eventFolders.includes(entry.name))
      .flatMap(({ name }) =>
        (this.#list(path.join(folder, name)) ?? [])
          .filter((entry) => entry.isFile() && eventsName.test(entry.name))
          .map((entry) => path.join(folder, name, entry.name)),
      );
  }

  #takeMlflow(folder: string, files: readonly string[]): void {
    const { name, experiment, started } = describeMlflowRun(folder);
    const groups = this.#name?.exec(name)?.groups;
    if (this.#name !== null && groups === undefined) {
      this.leftOut.push({ path: folder, why: `its name "${name}" does not fit the pattern` });
      return;
    }
    const artifacts = path.join(folder, 'artifacts');
    const kept = (this.#list(artifacts) ?? []).filter((entry) => entry.isFile()).map((entry) => entry.name);
    const identity = identityOf(groups);
    this.runs.push({
      ...{ folder, ...identity, started, index: indexIn(groups) },
      variant: groups?.['variant'] === undefined ? experiment : identity.variant,
      metrics: { kind: 'mlflow', folder },
      ...this.#filesOf(artifacts, kept),
    });
    this.#passOver(
      folder,
      files.filter((each) => each !== 'meta.yaml'),
    );
  }

  #take(folder: string, files: readonly string[], events: readonly string[]): void {
    const below = (path.relative(this.#root, folder) || path.basename(folder)).split(path.sep).join('/');
    const groups = groupsOf(this.#name, below, path.basename(folder));
    const index = this.#isOne ? 0 : indexIn(groups);
    if ((groups === undefined && !this.#isOne) || index === null) {
      const why = 'its name does not say what it is a run of; give --pattern with a group (?<replicate>...)';
      this.leftOut.push({ path: folder, why });
      return;
    }
    const [table, ...tables] = files.filter((name) => tableName.test(name));
    for (const name of tables) {
      this.leftOut.push({ path: path.join(folder, name), why: `${table ?? ''} has the numbers of the run` });
    }
    const metrics: RunMetrics | null =
      table !== undefined
        ? { kind: 'table', file: path.join(folder, table), series: null }
        : events.length > 0
          ? { kind: 'tensorboard', files: events }
          : null;
    if (table !== undefined) {
      for (const file of events)
        this.leftOut.push({ path: file, why: `${table} has the numbers of the run` });
    }
    this.runs.push({
      ...{ folder, ...identityOf(groups), index, started: '', metrics },
      ...this.#filesOf(folder, files),
    });
    const isRead = (name: string): boolean => isOfRun(name) || eventsName.test(name);
    this.#passOver(
      folder,
      files.filter((name) => !isRead(name)),
    );
  }

  #filesOf(folder: string, files: readonly string[]): Pick<RecognisedRun, 'predictions' | 'checkpoints'> {
    const named = (name: RegExp): ReadonlyMap<number, string> => {
      const found = new Map<number, string>();
      for (const file of files) {
        const match = name.exec(file);
        if (match === null) continue;
        const epoch = match[1] === undefined ? ofLastEpoch : Number(match[1]);
        const twin = found.get(epoch);
        if (twin === undefined) found.set(epoch, path.join(folder, file));
        else
          this.leftOut.push({
            path: path.join(folder, file),
            why: `${path.basename(twin)} is of the same epoch`,
          });
      }
      return ascending(found);
    };
    return { predictions: named(predictionsName), checkpoints: named(weightsName) };
  }

  #passOver(folder: string, files: readonly string[]): void {
    for (const name of files) {
      this.leftOut.push({ path: path.join(folder, name), why: 'not a kind of file that is read here' });
    }
  }
}

type Groups = Readonly<Record<string, string | undefined>> | undefined;

function groupsOf(name: RegExp | null, below: string, own: string): Groups {
  const patterns = name === null ? [referenceName, lightningName] : [name];
  return patterns
    .map((pattern) => (pattern.exec(below) ?? pattern.exec(own))?.groups)
    .find((each) => each !== undefined);
}

function indexIn(groups: Groups): number | null {
  const text = groups?.['replicate'] ?? '';
  const index = Number(text);
  return text === '' || !Number.isSafeInteger(index) ? null : index;
}

function identityOf(groups: Groups): Pick<RecognisedRun, 'network' | 'dataset' | 'variant' | 'hasBatchNorm'> {
  const variant = groups?.['variant'] ?? 'runs';
  return {
    network: groups?.['network'] ?? null,
    dataset: groups?.['dataset'] ?? null,
    variant: paperNames[variant.toLowerCase()] ?? variant,
    hasBatchNorm: (groups?.['bn'] ?? '') !== '',
  };
}

/** The first line of a table, as far as it is one. */
function headerOf(file: string): string[] {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return [];
  }
  try {
    const bytes = Buffer.alloc(mostHeaderBytes);
    const count = readSync(descriptor, bytes, 0, mostHeaderBytes, 0);
    const [line = ''] = bytes
      .toString('utf8', 0, count)
      .replace(/^\uFEFF/, '')
      .split(/\r?\n/, 1);
    return line.split(',').map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
  } finally {
    closeSync(descriptor);
  }
}

const mostHeaderBytes = 2 ** 20;

const isOfRun = (name: string): boolean =>
  tableName.test(name) || predictionsName.test(name) || weightsName.test(name);

/** By number: as text, epoch 99 would come after epoch 199. */
function ascending(files: ReadonlyMap<number, string>): ReadonlyMap<number, string> {
  return new Map([...files].toSorted(([one], [other]) => one - other));
}
