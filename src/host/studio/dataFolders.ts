import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { withAbsolutePath } from '../../data/datasetPath.ts';
import { NoisefloorError } from '../../study/errors.ts';
import type { KnownDatasets } from '../datasets/knownDatasets.ts';
import type { Study } from '../../study/study.ts';
import type { DatasetReference } from '../../study/task.ts';
import { liesInside, writtenPath } from './chosenFolders.ts';

/** More than a person reads through. */
const mostListed = 500;

/**
 * The places that a person chose to read data from, folders named at the start and data sets added or fetched: a window
 * may name paths in them, and no others.
 */
export class DataFolders {
  readonly folders: readonly string[];
  readonly #known: Pick<KnownDatasets, 'readable'>;

  /** @param folders as the person wrote them; `~` is the home folder. */
  constructor(folders: readonly string[], known: Pick<KnownDatasets, 'readable'>) {
    this.folders = folders.map((folder) => writtenPath(folder));
    this.#known = known;
  }

  /**
   * A study that a window sent, its data's path absolute and inside a chosen folder, links followed.
   * @throws NoisefloorError `path-not-chosen`, also where there is nothing at the path.
   */
  async admit(study: Study): Promise<Study> {
    return { ...study, task: { ...study.task, dataset: await this.admitDataset(study.task.dataset) } };
  }

  /**
   * A data set that a window named, in the same way.
   * @throws NoisefloorError `path-not-chosen`, also where there is nothing at the path.
   */
  async admitDataset(reference: DatasetReference): Promise<DatasetReference> {
    const dataset = withAbsolutePath(reference, homedir());
    if (!('path' in dataset)) return dataset;
    if (!(await this.#isChosen(dataset.path))) throw this.#notChosen(dataset.path);
    return dataset;
  }

  /**
   * The folders inside of one, by name; hidden ones and links that lead elsewhere are left out.
   * @param folder null for the chosen folders themselves.
   * @throws NoisefloorError `path-not-chosen`, also where it cannot be read.
   */
  async inside(
    folder: string | null,
  ): Promise<{ parent: string | null; items: { name: string; path: string }[]; more: number }> {
    if (folder === null) {
      return { parent: null, items: this.folders.map((name) => ({ name, path: name })), more: 0 };
    }
    const place = path.resolve(folder);
    if (!(await this.#isChosen(place))) throw this.#notChosen(place);
    const entries = await readdir(place, { withFileTypes: true }).catch(() => {
      throw this.#notChosen(place);
    });
    const folders: { name: string; path: string }[] = [];
    for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
      const inner = path.join(place, entry.name);
      if (entry.name.startsWith('.')) continue;
      if (entry.isDirectory() || (entry.isSymbolicLink() && (await this.#isChosenFolder(inner)))) {
        folders.push({ name: entry.name, path: inner });
      }
    }
    const above = path.dirname(place);
    return {
      parent: above !== place && (await this.#isChosen(above)) ? above : null,
      items: folders.slice(0, mostListed),
      more: Math.max(0, folders.length - mostListed),
    };
  }

  /** Whether there is something at a chosen place or inside of it, links followed. */
  async #isChosen(place: string): Promise<boolean> {
    if (await liesInside(place, this.folders)) return true;
    const known = (await this.#known.readable()).flatMap(({ dataset }) =>
      'path' in dataset ? [dataset.path] : [],
    );
    return liesInside(place, known);
  }

  /** What lies elsewhere is refused whether it is there or not, so that nobody can look around by asking. */
  #notChosen(place: string): NoisefloorError {
    return new NoisefloorError(
      'path-not-chosen',
      `${place} is not in a folder that this studio may read data from (${this.folders.join(', ') || 'none was named'}), or there is nothing there. Start it with --data FOLDER to allow more.`,
      { details: { path: place, folders: this.folders } },
    );
  }

  async #isChosenFolder(place: string): Promise<boolean> {
    return (await this.#isChosen(place)) && (await stat(place)).isDirectory();
  }
}
