import type { LibraryClient } from '../library/client.ts';
import type { Replicate } from '../library/replicates.ts';
import { NoisefloorError } from '../study/errors.ts';
import { ingestReplicate } from './ingest.ts';
import type { RunListener } from './runEvents.ts';
import { ThreadReader } from './threadReader.ts';

/** How often what replicates have recorded is taken in, in milliseconds. */
const interval = 1000;

/** A replicate that a host has, from claim to release. */
export interface HeldReplicate {
  replicate: Replicate;
  /** Whether a process of an earlier host trains it: then its epochs are known from its folder alone. */
  adopted: boolean;
  /** Why its result folder cannot be read; null where it can. */
  damage: string | null;
}

/** Takes in what the replicates of a run record: one at a time, so that the library's thread is not flooded. */
export class Intake {
  readonly #library: LibraryClient;
  readonly #tell: RunListener;
  readonly #fail: (error: unknown) => void;
  readonly #reader = new ThreadReader();
  #taking: Promise<void> = Promise.resolve();

  /**
   * @param tell is told of the epochs of adopted replicates.
   * @param fail is given what keeps results from being taken in at all.
   */
  constructor(library: LibraryClient, tell: RunListener, fail: (error: unknown) => void) {
    this.#library = library;
    this.#tell = tell;
    this.#fail = fail;
  }

  /** Takes in what is new of replicates, after whatever is being taken in; never rejected. */
  take(replicates: readonly HeldReplicate[]): Promise<void> {
    this.#taking = this.#taking
      .then(async () => {
        for (const held of replicates) {
          await this.#takeOne(held);
        }
      })
      .catch(this.#fail);
    return this.#taking;
  }

  /** Takes in what is new of all that are held, again and again. @returns what ends that. */
  takeRegularly(held: () => readonly HeldReplicate[]): () => void {
    let isTaken = true;
    const timer = setInterval(() => {
      if (isTaken) {
        isTaken = false;
        void this.take(held()).then(() => {
          isTaken = true;
        });
      }
    }, interval);
    return () => {
      clearInterval(timer);
    };
  }

  /** Waits until everything that was asked for is taken in. */
  rest(): Promise<void> {
    return this.#taking;
  }

  /** Ends the thread that reads, once everything is taken in. */
  async close(): Promise<void> {
    await this.#taking;
    await this.#reader.close();
  }

  async #takeOne(held: HeldReplicate): Promise<void> {
    const { id, folder } = held.replicate;
    try {
      const { records } = await ingestReplicate(this.#library, folder, this.#reader);
      for (const record of held.adopted ? records : []) {
        if (record.type === 'epoch') {
          const { epoch, testAccuracy } = record;
          this.#tell({ type: 'epoch', replicate: id, epoch, testAccuracy });
        }
      }
    } catch (error) {
      // A folder that cannot be read is the matter of its replicate alone.
      if (!(error instanceof NoisefloorError && error.code.startsWith('result-folder-'))) {
        throw error;
      }
      held.damage = error.message;
    }
  }
}
