import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';

interface MadeFigure {
  readonly figure: string;
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  readonly caption: string | null;
}

/** Packed already: packing again takes time and saves nothing. */
const packed = /\.(pdf|png)$/;
/** So much is packed without a pause. */
const pieceBytes = 400_000;
/** The first day that a ZIP can name: the same figures are the same archive. */
const noTime = new Date(1980, 0, 1);

/** Figures in one file, with their captions. Large ones are packed bit by bit, so that the page stays awake. */
export class FigureArchive {
  readonly #parts: Uint8Array<ArrayBuffer>[] = [];
  readonly #captions: string[] = [];
  readonly #zip = new Zip((error, part) => {
    if (error !== null) throw error;
    this.#parts.push(new Uint8Array(part));
  });
  #turn: Promise<void> = Promise.resolve();

  get isEmpty(): boolean {
    return this.#captions.length === 0;
  }

  /** Figures of which there is no file are left out. */
  add({ figure, files, caption }: MadeFigure): Promise<void> {
    if (caption !== null && files.length > 0) this.#captions.push(`${figure}\n${caption}\n`);
    this.#turn = this.#turn.then(async () => {
      for (const { name, bytes } of files) await this.#pack(name, bytes);
    });
    return this.#turn;
  }

  /** Called when all that was added has been packed. */
  finish(): Blob {
    const captions = new ZipDeflate('captions.txt');
    captions.mtime = noTime;
    this.#zip.add(captions);
    captions.push(new TextEncoder().encode(this.#captions.join('\n')), true);
    this.#zip.end();
    return new Blob(this.#parts, { type: 'application/zip' });
  }

  async #pack(name: string, bytes: Uint8Array): Promise<void> {
    const entry = packed.test(name) ? new ZipPassThrough(name) : new ZipDeflate(name, { level: 6 });
    entry.mtime = noTime;
    this.#zip.add(entry);
    for (let from = 0; from < bytes.length; from += pieceBytes) {
      if (from > 0) await new Promise((resolve) => setTimeout(resolve));
      // The packer takes over what it is given.
      entry.push(bytes.slice(from, from + pieceBytes), from + pieceBytes >= bytes.length);
    }
  }
}
