import { statSync } from 'node:fs';
import type { File } from 'h5wasm/node';
import { NoisefloorError } from '../study/errors.ts';
import { hdf5Library } from './hdf5Library.ts';

/** Larger than any attribute or tensor that is looked for; a file may claim anything. */
const mostValues = 2 ** 31;

type Library = Awaited<ReturnType<typeof hdf5Library>>;

/** An HDF5 file that is open for reading. */
export class Hdf5File {
  readonly #library: Library;
  readonly #file: File;
  readonly #path: string;

  private constructor(library: Library, file: File, path: string) {
    this.#library = library;
    this.#file = file;
    this.#path = path;
  }

  /**
   * Opens a file for as long as `use` takes; nothing in it is run.
   * @throws NoisefloorError `hdf5-unreadable` naming the file.
   */
  static async with<Result>(path: string, use: (file: Hdf5File) => Result): Promise<Result> {
    const library = await hdf5Library();
    let opened: File | undefined;
    let file: File;
    try {
      // The library makes a file that is missing, and crashes on a folder.
      if (!statSync(path).isFile()) throw new Error('it is no file');
      file = opened = new library.File(path, 'r');
      file.keys();
    } catch (cause) {
      // The library remembers what is open by its path, and would go on with what was there.
      opened?.close();
      throw unreadable(path, `${messageOf(cause)}. Is it an HDF5 file, and whole?`, cause);
    }
    try {
      return use(new Hdf5File(library, file, path));
    } catch (cause) {
      throw cause instanceof NoisefloorError ? cause : unreadable(path, messageOf(cause), cause);
    } finally {
      file.close();
    }
  }

  /** Names in a group, in no particular order; empty where there is no such group. */
  names(group: string): string[] {
    const found = this.#at(group);
    return found instanceof this.#library.Group ? found.keys() : [];
  }

  /** Texts of an attribute of a group or data set; null where it has none of that name, or of other values. */
  texts(of: string, attribute: string): string[] | null {
    const { Dataset, Group } = this.#library;
    const found = this.#at(of);
    if (!(found instanceof Group || found instanceof Dataset) || !(attribute in found.attrs)) return null;
    const value: unknown = found.get_attribute(attribute, false);
    const values: unknown[] = Array.isArray(value) ? value : [value];
    // An empty list of texts comes back as an empty array of numbers.
    if (ArrayBuffer.isView(value)) return value.byteLength === 0 ? [] : null;
    return values.every((each) => typeof each === 'string') ? values : null;
  }

  /**
   * A data set of numbers.
   * @throws NoisefloorError `hdf5-unreadable` where there is none, or one of other values.
   */
  numbers(name: string): { shape: number[]; values: Float32Array | Float64Array | Int32Array | Uint8Array } {
    const found = this.#at(name);
    if (!(found instanceof this.#library.Dataset))
      throw unreadable(this.#path, `it holds no data set ${name}`);
    const shape = found.shape ?? [];
    const count = shape.reduce((product, size) => product * size, 1);
    if (count > mostValues) throw unreadable(this.#path, `${name} claims ${count} values`);
    const values: unknown = found.value;
    const isNumeric =
      values instanceof Float32Array ||
      values instanceof Float64Array ||
      values instanceof Int32Array ||
      values instanceof Uint8Array;
    if (!isNumeric || values.length !== count) {
      throw unreadable(this.#path, `${name} holds no array of numbers of its shape [${shape.join(', ')}]`);
    }
    return { shape, values };
  }

  #at(name: string): unknown {
    return name === '' ? this.#file : this.#file.get(name);
  }
}

function messageOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  // The library's own trace says where in its code it was.
  return message.startsWith('HDF5-DIAG') ? 'its structure cannot be followed' : message;
}

function unreadable(path: string, why: string, cause?: unknown): NoisefloorError {
  return new NoisefloorError('hdf5-unreadable', `${path} cannot be read as HDF5: ${why}.`, {
    details: { file: path },
    cause,
  });
}
