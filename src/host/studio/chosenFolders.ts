import { realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';

/** A path as a person writes it, absolute: `~` is the home folder. */
export function writtenPath(text: string, relativeTo: string = process.cwd()): string {
  return path.resolve(relativeTo, text.replace(/^~(?=$|[/\\])/, homedir()));
}

/** Whether there is something at a path and it lies in one of the folders, links followed. */
export async function liesInside(file: string, folders: readonly string[]): Promise<boolean> {
  const real = await realPath(file);
  if (real === null) return false;
  const chosen = await Promise.all(folders.map(realPath));
  return chosen.some(
    (folder) => folder !== null && (real === folder || real.startsWith(withSeparator(folder))),
  );
}

/** A path with its links followed, or null where there is nothing. */
export async function realPath(file: string): Promise<string | null> {
  try {
    return await realpath(file);
  } catch {
    return null;
  }
}

const withSeparator = (folder: string): string => (folder.endsWith(path.sep) ? folder : folder + path.sep);
