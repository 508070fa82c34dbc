/**
 * One end of a connection that carries messages whole, in order, both ways: all that a transport has to be. What the
 * messages say is no business of it.
 */
export interface Channel {
  /** Sends a message; after the end it does nothing. */
  send(message: Uint8Array<ArrayBuffer>): void;
  /** Sets who gets the messages; called once, before the first is due. */
  onMessage(listener: (message: Uint8Array) => void): void;
  /** Tells of the end of the connection, whichever side ended it, once; at once if it has ended. */
  onClose(listener: () => void): void;
  close(): void;
}

/** Keeps who wants to know of an end, and tells each once. */
export class Ending {
  #ended = false;
  #listeners: (() => void)[] = [];

  get ended(): boolean {
    return this.#ended;
  }

  onEnd(listener: () => void): void {
    if (this.#ended) {
      listener();
    } else {
      this.#listeners.push(listener);
    }
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    const listeners = this.#listeners;
    this.#listeners = [];
    for (const listener of listeners) listener();
  }
}
