import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { NoisefloorError } from '../../study/errors.ts';
import { liesInside, realPath, writtenPath } from './chosenFolders.ts';
import { RecentLibraries } from './recentLibraries.ts';

/** A library that a host offers. */
export interface OfferedLibrary {
  readonly id: string;
  readonly kind: 'own' | 'sample' | 'opened';
  /** The sample's is the shipped file, which is never opened itself. */
  readonly path: string;
}

export interface ShelfMeans {
  /** The person's own library; it need not exist. */
  own: string;
  /** The shipped sample, or null; it need not exist. */
  sample: string | null;
  /** Folders beside the own library's that a window may open libraries from. */
  folders: readonly string[];
  /** Where the libraries that were opened are remembered, or null. */
  recent: string | null;
}

/** What a new library may be called: a page must not make files that other programs read. */
const libraryName = /^[^/\\]+[.](?:noisefloor|sqlite)$/i;
/** The file ending of a new library that is named without one. */
export const libraryExtension = '.noisefloor';

/**
 * Which libraries windows may open: the own, the sample, and files in folders, or of names, that the person chose. A window
 * names one by its id; a path that it names is admitted only there, links followed.
 */
export class LibraryShelf {
  readonly own: OfferedLibrary;
  readonly sample: OfferedLibrary | null;
  readonly #folders: readonly string[];
  readonly #recent: RecentLibraries;
  /** Files that the person chose one by one, as a file dialog does. */
  readonly #chosen = new Set<string>();
  /** By id; what was opened since the host was started. */
  readonly #opened = new Map<string, OfferedLibrary>();

  constructor(means: ShelfMeans) {
    const own = path.resolve(means.own);
    this.own = { id: idOf(own), kind: 'own', path: own };
    this.sample =
      means.sample === null || !existsSync(means.sample)
        ? null
        : { id: 'sample', kind: 'sample', path: means.sample };
    this.#folders = [path.dirname(own), ...means.folders.map((folder) => writtenPath(folder))];
    this.#recent = new RecentLibraries(means.recent);
  }

  /** Lets windows open a file that the person chose, wherever it is. */
  choose(file: string): void {
    this.#chosen.add(path.resolve(file));
  }

  /** Everything that is offered: the own library, the sample, then what was opened, the last first. */
  async offered(): Promise<OfferedLibrary[]> {
    for (const file of await this.#recent.read()) {
      if (await this.#isAdmitted(file)) this.#add(file);
    }
    const opened = [...this.#opened.values()].reverse();
    return [this.own, ...(this.sample === null ? [] : [this.sample]), ...opened];
  }

  /** @throws NoisefloorError `library-unknown`. */
  async named(id: string): Promise<OfferedLibrary> {
    const found = (await this.offered()).find((library) => library.id === id);
    if (found === undefined) {
      throw new NoisefloorError(
        'library-unknown',
        'This studio does not know that library. It may have been opened before the studio was started anew; open it again.',
        { details: { id } },
      );
    }
    return found;
  }

  /**
   * The library at a path that a window named.
   * @param create whether it is to be made.
   * @throws NoisefloorError `path-not-chosen`, `library-missing`, `library-exists`, `library-name`.
   */
  async at(text: string, create: boolean): Promise<OfferedLibrary> {
    const wished = writtenPath(text, path.dirname(this.own.path));
    const file = create && path.extname(wished) === '' ? wished + libraryExtension : wished;
    if (!(await this.#isAdmitted(file))) throw this.#refusal(file);
    const real = await realPath(file);
    if (create) {
      refuseName(file);
      if (real !== null) {
        throw new NoisefloorError(
          'library-exists',
          `${file} is there already. Open it, or choose another name.`,
          {
            details: { path: file },
          },
        );
      }
    } else {
      refuseMissing(file, real);
    }
    const folder = (await realPath(path.dirname(file))) ?? path.dirname(file);
    const found = real ?? path.join(folder, path.basename(file));
    const own = (await realPath(this.own.path)) ?? this.own.path;
    return found === own ? this.own : { id: idOf(found), kind: 'opened', path: found };
  }

  /** Whether an offered library may still be opened: links may have been changed since. */
  async recheck(library: OfferedLibrary): Promise<void> {
    if (library.kind !== 'opened') return;
    refuseMissing(library.path, await realPath(library.path));
    if (!(await this.#isAdmitted(library.path))) throw this.#refusal(library.path);
  }

  /** Remembers a library that could be opened. */
  async remember(library: OfferedLibrary): Promise<void> {
    if (library.kind !== 'opened') return;
    this.#opened.delete(library.id);
    this.#opened.set(library.id, library);
    await this.#recent.remember(library.path);
  }

  #add(file: string): void {
    const id = idOf(file);
    if (!this.#opened.has(id) && file !== this.own.path)
      this.#opened.set(id, { id, kind: 'opened', path: file });
  }

  async #isAdmitted(file: string): Promise<boolean> {
    if (this.#chosen.has(path.resolve(file))) return true;
    const place = (await realPath(file)) === null ? path.dirname(file) : file;
    return liesInside(place, this.#folders);
  }

  // What lies elsewhere is refused whether it is there or not, so that nobody can look around by asking.
  #refusal(file: string): NoisefloorError {
    return new NoisefloorError(
      'path-not-chosen',
      `${file} is not in a folder that this studio may open libraries from (${this.#folders.join(', ')}). Start it with --data FOLDER to allow more.`,
      { details: { path: file, folders: this.#folders } },
    );
  }
}

function refuseMissing(file: string, real: string | null): void {
  if (real === null) {
    throw new NoisefloorError(
      'library-missing',
      `There is no file ${file}. Check the path, or make a new library there.`,
      {
        details: { path: file },
      },
    );
  }
  // SQLite would take an empty file for a database to be filled.
  const status = statSync(real);
  if (!status.isFile() || status.size === 0) {
    throw new NoisefloorError(
      'library-not-a-database',
      `${file} is not a Noisefloor library. Choose another file.`,
      { details: { path: file } },
    );
  }
}

function refuseName(file: string): void {
  if (libraryName.test(path.basename(file))) return;
  throw new NoisefloorError(
    'library-name',
    `A new library is called something${libraryExtension} (or .sqlite), not ${path.basename(file)}.`,
    { details: { path: file } },
  );
}

/** The same for the same path on every start. */
const idOf = (file: string): string => createHash('sha256').update(file).digest('hex').slice(0, 16);
