import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { DatasetReference } from '../study/task.ts';

/**
 * The reference with an absolute path, as studies are stored; `~/` is the home folder.
 * @param folder what a relative path is relative to: the folder of the study file, or the working folder.
 */
export function withAbsolutePath(reference: DatasetReference, folder: string): DatasetReference {
  if (!('path' in reference)) return reference;
  const path = reference.path.replace(/^~(?=$|[/\\])/, homedir());
  return { ...reference, path: resolve(folder, path) };
}
