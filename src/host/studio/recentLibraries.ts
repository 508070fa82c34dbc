import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

const fileSchema = z.object({ libraries: z.array(z.string().max(4096)).max(1000) });
/** A longer menu is not read. */
const mostRemembered = 12;

/** The libraries that a person opened last, the newest first, in a small file of theirs. */
export class RecentLibraries {
  readonly #file: string | null;

  /** @param file null remembers nothing. */
  constructor(file: string | null) {
    this.#file = file;
  }

  /** @returns their paths; none where the file cannot be read. */
  async read(): Promise<readonly string[]> {
    if (this.#file === null) return [];
    try {
      const text = await readFile(this.#file, 'utf8');
      return fileSchema.parse(JSON.parse(text)).libraries.slice(0, mostRemembered);
    } catch {
      return [];
    }
  }

  /** Remembers that a library was opened. What cannot be written is forgotten: it is a convenience. */
  async remember(library: string): Promise<void> {
    if (this.#file === null) return;
    const others = (await this.read()).filter((known) => known !== library);
    const libraries = [library, ...others].slice(0, mostRemembered);
    const draft = `${this.#file}.${randomUUID()}`;
    try {
      await mkdir(path.dirname(this.#file), { recursive: true });
      await writeFile(draft, `${JSON.stringify({ libraries }, null, 2)}\n`);
      await rename(draft, this.#file);
    } catch {
      await rm(draft, { force: true }).catch(() => undefined);
    }
  }
}
