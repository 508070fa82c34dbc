import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { withAbsolutePath } from '../../data/datasetPath.ts';
import { NoisefloorError } from '../../study/errors.ts';
import type { KnownDatasets } from '../datasets/knownDatasets.ts';
import { recordNetwork } from '../networks/recordNetwork.ts';
import type { Study } from '../../study/study.ts';
import type { DatasetReference } from '../../study/task.ts';
import { liesInside, writtenPath } from './chosenFolders.ts';

/** More than a person reads through. */
const mostListed = 500;
const networkFile = /\.(keras|h5|hdf5|json)$/i;

interface Entry {
  name: string;
  path: string;
}

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
   * A study that a window sent, the paths of its data and of its network's file absolute and inside a chosen folder, links
   * followed. A study that holds the layers of its network already needs no file, and one elsewhere is not looked at.
   * @throws NoisefloorError `path-not-chosen`, also where there is nothing at the path; what {@link recordNetwork} throws.
   */
  async admit(study: Study): Promise<Study> {
    const { task } = study;
    const dataset = await this.admitDataset(task.dataset);
    const network =
      task.network.name === 'keras-file' && task.network.topology === undefined
        ? { ...task.network, path: await this.admitFile(task.network.path) }
        : task.network;
    return recordNetwork({ ...study, task: { ...task, dataset, network } }, (file) => this.#isChosen(file));
  }

  /**
   * The absolute path of a file that a window named.
   * @throws NoisefloorError `path-not-chosen`, also where there is nothing at the path.
   */
  async admitFile(file: string): Promise<string> {
    const place = writtenPath(file, homedir());
    if (!(await this.#isChosen(place))) throw this.#notChosen(place);
    return place;
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
   * @param listed which files to list beside them.
   * @throws NoisefloorError `path-not-chosen`, also where it cannot be read.
   */
  async inside(
    folder: string | null,
    listed?: 'networks',
  ): Promise<{ parent: string | null; items: Entry[]; files: Entry[]; more: number }> {
    if (folder === null) {
      return { parent: null, items: this.folders.map((name) => ({ name, path: name })), files: [], more: 0 };
    }
    const place = path.resolve(folder);
    if (!(await this.#isChosen(place))) throw this.#notChosen(place);
    const entries = await readdir(place, { withFileTypes: true }).catch(() => {
      throw this.#notChosen(place);
    });
    const folders: Entry[] = [];
    const files: Entry[] = [];
    for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
      const inner = path.join(place, entry.name);
      if (entry.name.startsWith('.')) continue;
      if (entry.isDirectory() || (entry.isSymbolicLink() && (await this.#isChosenFolder(inner)))) {
        folders.push({ name: entry.name, path: inner });
      } else if (entry.isFile() && listed === 'networks' && networkFile.test(entry.name)) {
        files.push({ name: entry.name, path: inner });
      }
    }
    const above = path.dirname(place);
    return {
      parent: above !== place && (await this.#isChosen(above)) ? above : null,
      items: folders.slice(0, mostListed),
      files: files.slice(0, mostListed),
      more: Math.max(0, folders.length - mostListed) + Math.max(0, files.length - mostListed),
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
