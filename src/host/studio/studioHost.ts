import { existsSync } from 'node:fs';
import { toWireError, type WireError } from '../../contract/frames.ts';
import type { LibraryEntry } from '../../contract/setup.ts';
import type { LibraryClient } from '../../library/client.ts';
import { NoisefloorError } from '../../study/errors.ts';
import { LibraryShelf, type OfferedLibrary } from './libraryShelf.ts';
import { sampleCopy } from './sampleLibrary.ts';
import { openStudio, type Studio, type StudioMeans } from './studio.ts';

/** Each has a thread, and its runs: more are not opened by a person. */
const mostOpened = 32;

export interface StudioHostMeans extends Omit<StudioMeans, 'library'> {
  openLibrary: (file: string) => Promise<LibraryClient>;
  /** The person's own library; it need not exist. */
  own: string;
  /** Whether the person named it at the start: then a window begins there whatever it holds. */
  ownIsNamed: boolean;
  /** The shipped sample library and the folder for its working copies; null where none is shipped. */
  sample: { shipped: string; folder: string } | null;
  /** Where the libraries that were opened are remembered, or null. */
  recent: string | null;
}

/** A library that is open here, with its studio. */
export interface OpenedLibrary {
  readonly offered: OfferedLibrary;
  readonly file: string;
  readonly library: LibraryClient;
  readonly studio: Studio;
}

/**
 * A host of any number of libraries: each that was opened has one studio, whose runs go on whatever windows show. A
 * library stays open until the host ends.
 */
export class StudioHost {
  readonly shelf: LibraryShelf;
  readonly #means: StudioHostMeans;
  /** By the library's id. */
  readonly #opened = new Map<string, Promise<OpenedLibrary>>();
  readonly #errors = new Map<string, WireError>();

  constructor(means: StudioHostMeans) {
    this.#means = means;
    this.shelf = new LibraryShelf({
      own: means.own,
      sample: means.sample?.shipped ?? null,
      folders: means.dataFolders,
      recent: means.recent,
    });
  }

  /**
   * The library that a new window shows: the own, or the sample where the own holds no study and was not named.
   * @throws NoisefloorError what opening the own library throws.
   */
  async start(): Promise<OpenedLibrary> {
    const { sample, own } = this.shelf;
    if (sample === null || this.#means.ownIsNamed) return this.open(own);
    if (existsSync(own.path)) {
      const opened = await this.open(own);
      if ((await opened.library.listStudies()).length > 0) return opened;
    }
    return this.open(sample).catch(() => this.open(own));
  }

  /**
   * The studio of a library, opened where it is not open yet.
   * @throws NoisefloorError what opening it throws; `too-many-libraries`.
   */
  async open(offered: OfferedLibrary): Promise<OpenedLibrary> {
    const known = this.#opened.get(offered.id);
    if (known !== undefined) return known;
    const opening = this.#open(offered);
    this.#opened.set(offered.id, opening);
    try {
      const opened = await opening;
      this.#errors.delete(offered.id);
      return opened;
    } catch (error) {
      this.#opened.delete(offered.id);
      this.#errors.set(offered.id, toWireError(error));
      throw error;
    }
  }

  /**
   * The studio of a library that is offered.
   * @throws NoisefloorError `library-unknown`, `library-missing`, `path-not-chosen`, and what {@link open} throws.
   */
  async openNamed(id: string): Promise<OpenedLibrary> {
    const offered = await this.shelf.named(id);
    if (!this.#opened.has(id)) await this.shelf.recheck(offered);
    const opened = await this.open(offered);
    await this.shelf.remember(offered);
    return opened;
  }

  /** Makes, or opens, the library at a path that a window named. */
  async openAt(text: string, create: boolean): Promise<OpenedLibrary> {
    const offered = await this.shelf.at(text, create);
    const opened = await this.open(offered);
    await this.shelf.remember(offered);
    return opened;
  }

  /** What this host offers. @param current id of the library that the asking window shows. */
  async list(current: string | null): Promise<LibraryEntry[]> {
    return (await this.shelf.offered()).map(({ id, kind, path }) => ({
      id,
      kind,
      path,
      current: id === current,
      exists: existsSync(path),
      error: this.#errors.get(id) ?? null,
    }));
  }

  /** Stops what runs after the steps at hand, and closes every library. */
  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#opened.values());
    await Promise.all(
      opened.map(async (outcome) => {
        if (outcome.status === 'rejected') return;
        await outcome.value.studio.close();
        await outcome.value.library.close();
      }),
    );
  }

  async #open(offered: OfferedLibrary): Promise<OpenedLibrary> {
    if (this.#opened.size >= mostOpened) {
      throw new NoisefloorError(
        'too-many-libraries',
        `This studio has ${mostOpened} libraries open. End it and start it again to open another.`,
      );
    }
    const { sample } = this.#means;
    const isSample = offered.kind === 'sample' && sample !== null;
    const file = isSample ? await sampleCopy(sample.shipped, sample.folder) : offered.path;
    const library = await this.#means.openLibrary(file);
    try {
      const studio = await openStudio({ ...this.#means, library });
      return { offered, file, library, studio };
    } catch (error) {
      await library.close();
      throw error;
    }
  }
}
