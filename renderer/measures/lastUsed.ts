/** Keeps what was computed, the last that was asked for. */
export class LastUsed<Value> {
  readonly #most: number;
  readonly #values = new Map<string, Value>();

  /** @param most how many are kept. */
  constructor(most: number) {
    this.#most = most;
  }

  /** @returns what is kept of a key, or undefined; it is then the last that was asked for. */
  find(key: string): Value | undefined {
    const value = this.#values.get(key);
    if (value !== undefined) this.set(key, value);
    return value;
  }

  set(key: string, value: Value): void {
    this.#values.delete(key);
    this.#values.set(key, value);
    for (const oldest of this.#values.keys()) {
      if (this.#values.size <= this.#most) break;
      this.#values.delete(oldest);
    }
  }

  /**
   * @param key names all that the value depends on.
   * @param compute makes it where it is not kept.
   */
  get(key: string, compute: () => Value): Value {
    const value = this.find(key) ?? compute();
    this.set(key, value);
    return value;
  }

  clear(): void {
    this.#values.clear();
  }
}

/**
 * Keeps what was computed of each of some numbers, as long as those are there themselves.
 * @param most how many values are kept of each.
 */
export function keptBy<Value>(most: number): (numbers: ArrayBufferView) => LastUsed<Value> {
  const kept = new WeakMap<ArrayBufferView, LastUsed<Value>>();
  return (numbers) => {
    const known = kept.get(numbers) ?? new LastUsed<Value>(most);
    kept.set(numbers, known);
    return known;
  };
}
