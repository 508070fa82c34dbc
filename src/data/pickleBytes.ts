/** The bytes of a pickle, read from the first to the last. Each method throws where they end too early. */
export class PickleBytes {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** How many have been read. */
  get at(): number {
    return this.#at;
  }

  /** Little-endian. */
  unsigned(size: 1 | 2 | 4): number {
    const at = this.#pass(size);
    if (size === 1) return this.#view.getUint8(at);
    return size === 2 ? this.#view.getUint16(at, true) : this.#view.getUint32(at, true);
  }

  /** Four bytes, little-endian. */
  signed(): number {
    return this.#view.getInt32(this.#pass(4), true);
  }

  /** A length of eight bytes, little-endian. */
  length(): number {
    return Number(this.#view.getBigUint64(this.#pass(8), true));
  }

  /** Eight bytes, big-endian. */
  double(): number {
    return this.#view.getFloat64(this.#pass(8), false);
  }

  take(length: number): Uint8Array {
    const at = this.#pass(length);
    return this.#bytes.subarray(at, at + length);
  }

  text(length: number): string {
    return new TextDecoder('utf-8', { fatal: true }).decode(this.take(length));
  }

  /** Up to the end of the line, which goes too. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0) throw new Error('it ends inside a line');
    const part = Buffer.from(this.take(end - this.#at)).toString('latin1');
    this.#pass(1);
    return part;
  }

  /** @returns where those bytes begin. */
  #pass(length: number): number {
    const at = this.#at;
    if (at + length > this.#bytes.length) throw new Error('it ends too early');
    this.#at += length;
    return at;
  }
}
