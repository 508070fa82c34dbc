/** So many changes may wait for a watcher; one that is further behind gets the whole state instead. */
const mostPending = 1000;
/** How long changes that can wait are gathered, in milliseconds. */
const gatheringMilliseconds = 150;

interface Watcher<Change> {
  /** Changes to tell; null stands for the whole state as it then is. */
  pending: (Change | null)[];
  wake: () => void;
}

/** Which changes need not be told one by one. */
export interface Haste<Change> {
  /** Whether a change may wait a moment for others. */
  canWait(change: Change): boolean;
  /** Whether an earlier change that nobody has been told of need not be told after a later one. */
  replaces(later: Change, earlier: Change): boolean;
}

/**
 * Tells any number of watchers of a state and its changes, each at its own pace: a watcher first gets the state, then
 * every change that was made since. Frequent changes that replace one another are gathered.
 */
export class Feed<State, Change> {
  readonly #state: () => State;
  readonly #haste: Haste<Change>;
  readonly #watchers = new Set<Watcher<Change>>();
  #closed = false;

  /** @param state gives the state with every published change in it. */
  constructor(state: () => State, haste: Haste<Change>) {
    this.#state = state;
    this.#haste = haste;
  }

  /** Tells of a change that has been made to the state. */
  publish(change: Change): void {
    for (const watcher of this.#watchers) {
      // Whoever is to get the whole state gets this change with it.
      if (watcher.pending[0] === null) continue;
      const pending = watcher.pending.filter(
        (earlier) => earlier === null || !this.#haste.replaces(change, earlier),
      );
      watcher.pending = pending.length < mostPending ? [...pending, change] : [null];
      watcher.wake();
    }
  }

  /** Ends every watch once it has told what there is. */
  close(): void {
    this.#closed = true;
    for (const watcher of this.#watchers) watcher.wake();
  }

  async *watch(
    signal: AbortSignal,
  ): AsyncGenerator<{ type: 'state'; state: State } | Change, void, undefined> {
    const watcher: Watcher<Change> = { pending: [null], wake: () => undefined };
    const wake = (): void => {
      watcher.wake();
    };
    signal.addEventListener('abort', wake);
    this.#watchers.add(watcher);
    try {
      while (!signal.aborted) {
        if (watcher.pending.length === 0) {
          if (this.#closed) return;
          await woken(watcher);
          await this.#gather(watcher, signal);
          continue;
        }
        const pending = watcher.pending;
        watcher.pending = [];
        for (const change of pending) yield change ?? { type: 'state', state: this.#state() };
      }
    } finally {
      this.#watchers.delete(watcher);
      signal.removeEventListener('abort', wake);
    }
  }

  /** Waits a moment while all there is to tell can wait. */
  async #gather(watcher: Watcher<Change>, signal: AbortSignal): Promise<void> {
    const until = Date.now() + gatheringMilliseconds;
    while (!signal.aborted && !this.#closed && Date.now() < until) {
      if (watcher.pending.some((change) => change === null || !this.#haste.canWait(change))) return;
      await woken(watcher, until - Date.now());
    }
  }
}

/** Settles when a watcher is woken, or after so many milliseconds. */
function woken(watcher: { wake: () => void }, milliseconds?: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = milliseconds === undefined ? undefined : setTimeout(resolve, milliseconds);
    watcher.wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}
