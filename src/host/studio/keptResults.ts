/** Keeps what took long to compute, the last that were asked for; two who ask for one thing share its computation. */
export class KeptResults {
  readonly #most: number;
  readonly #results = new Map<string, Promise<unknown>>();

  /** @param most how many are kept. */
  constructor(most: number) {
    this.#most = most;
  }

  /**
   * @param key of the result, naming the state of all that it was computed from.
   * @param compute computes it where it is not kept; a failure is not kept.
   */
  get<Value>(key: string, compute: () => Promise<Value>): Promise<Value> {
    // A key names one computation, and with it the type of its result.
    const kept = this.#results.get(key) as Promise<Value> | undefined;
    this.#results.delete(key);
    const result = kept ?? compute();
    this.#results.set(key, result);
    result.catch(() => {
      if (this.#results.get(key) === result) this.#results.delete(key);
    });
    for (const oldest of this.#results.keys()) {
      if (this.#results.size <= this.#most) break;
      this.#results.delete(oldest);
    }
    return result;
  }

  /** Lets go of a result that may not be right any more. */
  forget(key: string): void {
    this.#results.delete(key);
  }
}
