import { mkdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { extract } from 'tar';
import { downloadFile } from '../../data/download.ts';
import { publicDatasets, type PublicDataset } from '../../data/publicDatasets.ts';
import { NoisefloorError } from '../../study/errors.ts';
import { nearest, suggestion } from '../../study/nearest.ts';
import type { DatasetReference } from '../../study/task.ts';

/**
 * The data set of that name, matched without case.
 * @throws NoisefloorError `unknown-dataset` with the nearest names.
 */
export function publicDatasetNamed(name: string): PublicDataset {
  const found = publicDatasets.find((each) => each.name === name.trim().toLowerCase());
  if (found !== undefined) return found;
  const names = publicDatasets.map((each) => each.name);
  throw new NoisefloorError(
    'unknown-dataset',
    `No data set "${name}" can be fetched. ${suggestion(name, names)}`,
    {
      details: { name, nearest: nearest(name, names), known: names },
    },
  );
}

/** What happens while a data set is fetched. */
export type FetchEvent =
  { type: 'fetching'; file: string; bytes: number; total: number } | { type: 'unpacking'; file: string };

/**
 * Fetches a public data set into a folder of its name, checks every file, and unpacks what is an archive. Where it is
 * there already nothing is fetched; after an interruption it goes on.
 * @param into the folder above.
 * @returns how studies name it.
 * @throws NoisefloorError as downloadFile, and `download-unpacking` where an archive lacks one of its files.
 */
export async function fetchDataset(
  wanted: PublicDataset,
  into: string,
  options: { onEvent?: (event: FetchEvent) => void; signal?: AbortSignal } = {},
): Promise<DatasetReference> {
  const { onEvent, signal } = options;
  const folder = path.join(path.resolve(into), wanted.name);
  const reference = wanted.referenceIn(folder);
  const { archive } = wanted;
  if (archive !== null && (await isThere(path.join(folder, archive.folder)))) return reference;
  for (const published of wanted.files) {
    const file = path.join(folder, published.name);
    await downloadFile(published, file, {
      ...(signal === undefined ? {} : { signal }),
      onProgress: (bytes, total) => onEvent?.({ type: 'fetching', file: published.name, bytes, total }),
    });
    if (archive !== null) {
      onEvent?.({ type: 'unpacking', file: published.name });
      await unpack(file, folder, archive);
      await rm(file);
    }
  }
  return reference;
}

/** Takes the named plain files of one folder out of an archive, and nothing else, all or none. */
async function unpack(
  file: string,
  folder: string,
  archive: NonNullable<PublicDataset['archive']>,
): Promise<void> {
  const draft = path.join(folder, 'unpacking');
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  const wanted = new Set(archive.files.map((name) => `${archive.folder}/${name}`));
  try {
    await extract({
      ...{ file, cwd: draft, strict: true },
      filter: (name, entry) => wanted.has(name) && 'type' in entry && entry.type === 'File',
    });
    for (const name of wanted) {
      if (!(await isThere(path.join(draft, name)))) throw new Error(`${name} is not in it`);
    }
    await rename(path.join(draft, archive.folder), path.join(folder, archive.folder));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new NoisefloorError('download-unpacking', `${file} could not be unpacked: ${reason}.`, {
      details: { file },
      cause,
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function isThere(place: string): Promise<boolean> {
  try {
    await stat(place);
    return true;
  } catch {
    return false;
  }
}
