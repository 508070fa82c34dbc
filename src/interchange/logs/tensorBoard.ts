import path from 'node:path';
import { placesOf, type ColumnMapping } from './columns.ts';
import { readEventFile } from './eventFile.ts';
import { addNumber, finished, newEpochs, type ReadLog } from './loggedEpochs.ts';
import { invalidLog } from './textFile.ts';

/**
 * Reads the event files of a run: each tag is a column, and its step the epoch. A run that was started anew has several files;
 * of two values of a tag at a step the later one counts. A file in a folder `validation`, as Keras writes them, has its tags
 * of the test examples.
 * @param files in the order of their names, which begin with when they were begun.
 * @throws NoisefloorError `log-invalid`.
 */
export function readTensorBoard(
  folder: string,
  files: readonly string[],
  mapping: ColumnMapping = {},
): ReadLog {
  const tags = new Map<string, Map<number, number>>();
  for (const file of [...files].sort()) {
    const part = partOf(folder, file);
    readEventFile(file, ({ tag, step, value }) => {
      const name = part === null ? tag : `${part}_${tag}`;
      const known = tags.get(name) ?? new Map<number, number>();
      tags.set(name, known.set(step, value));
    });
  }
  const names = [...tags.keys()];
  const { epoch: _steps, ...mapped } = mapping;
  const places = placesOf(names, mapped, (why) => invalidLog(folder, null, why.replaceAll('column', 'tag')));
  const epochs = newEpochs();
  for (const [field, at] of places) {
    if (field === 'epoch') continue;
    for (const [step, value] of tags.get(names[at] ?? '') ?? []) {
      addNumber(epochs, { epoch: step, field, value, line: 0 }, (why) => invalidLog(folder, null, why));
    }
  }
  const read = new Set(places.values());
  return { epochs: finished(epochs), unread: names.filter((_, at) => !read.has(at)) };
}

/** `train` or `validation`, where Keras keeps the two apart. */
function partOf(folder: string, file: string): string | null {
  const part = path.basename(path.dirname(file));
  return path.dirname(file) !== folder && /^(train|validation)$/.test(part) ? part : null;
}
