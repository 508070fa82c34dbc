import { crc32, deflateSync } from 'node:zlib';

/** The grey that stands for what cannot be decoded: the middle of 0 to 255. */
export const standInGrey = 128;

/** Grey images in the place of those of a data set that cannot be decoded. */
export class StandIns {
  readonly #tried = new Set<number>();
  readonly #images = new Map<number, Uint8Array>();
  readonly #descriptions: string[] = [];

  /** What was replaced, and why. */
  get descriptions(): readonly string[] {
    return this.#descriptions;
  }

  /** Whether one of these examples has never been decoded, so that it may yet turn out to be damaged. */
  hasUntried(indices: Int32Array): boolean {
    return indices.some((index) => !this.#tried.has(index));
  }

  /** Remembers that these examples can be used. */
  accept(indices: Int32Array): void {
    for (const index of indices) this.#tried.add(index);
  }

  /** @param size [height, width] of the example's own image, which windows are cut out of. */
  replace(index: number, size: readonly [height: number, width: number], description: string): void {
    this.#images.set(index, greyPng(...size));
    this.#descriptions.push(description);
  }

  /** The files of a batch, with grey ones in their place where that is due. */
  among(indices: Int32Array, files: readonly Uint8Array[]): Uint8Array[] {
    return files.map((file, position) => this.#images.get(indices[position] ?? -1) ?? file);
  }
}

/** A PNG file of one grey (Portable Network Graphics Specification, third edition, section 5). */
function greyPng(height: number, width: number): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits of grey; no palette, no interlacing.
  header[8] = 8;
  const row = Buffer.concat([Buffer.of(0), Buffer.alloc(width, standInGrey)]);
  const rows = Buffer.concat(Array.from({ length: height }, () => row));
  const signature = Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  const parts = [signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND')];
  return new Uint8Array(Buffer.concat(parts));
}

function chunk(type: string, data: Buffer = Buffer.alloc(0)): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
