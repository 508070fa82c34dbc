/** So many changes are applied at once at the latest: a page in the background is shown no frames. */
const mostWaiting = 5_000;
/** A picture is drawn anew no more often than this, in milliseconds. */
const restMilliseconds = 200;
const hiddenMilliseconds = 1_000;

/** Gathers what comes in quick succession and hands it over with an animation frame, all of it together, in order. */
export class Gatherer<Change> {
  readonly #apply: (changes: readonly Change[]) => void;
  #waiting: Change[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;
  #appliedAt = 0;

  constructor(apply: (changes: readonly Change[]) => void) {
    this.#apply = apply;
  }

  add(change: Change): void {
    this.#waiting.push(change);
    if (this.#waiting.length >= mostWaiting) this.flush();
    else this.#timer ??= setTimeout(() => this.#frame(), this.#delay());
  }

  /** Hands over what there is, now. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const changes = this.#waiting;
    this.#waiting = [];
    this.#appliedAt = performance.now();
    if (changes.length > 0) this.#apply(changes);
  }

  /** Forgets what there is. */
  clear(): void {
    this.#waiting = [];
    this.flush();
  }

  #delay(): number {
    if (document.visibilityState === 'hidden') return hiddenMilliseconds;
    return Math.max(0, this.#appliedAt + restMilliseconds - performance.now());
  }

  #frame(): void {
    if (document.visibilityState === 'hidden') this.flush();
    else
      requestAnimationFrame(() => {
        this.flush();
      });
  }
}
