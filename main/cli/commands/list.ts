import type { Command } from 'commander';
import type { StudySummary } from '../../../src/library/studies.ts';
import { jsonOption, libraryOption } from '../options.ts';
import { printJson, printText } from '../output.ts';
import { formatBytes } from '../terminal/format.ts';
import { tableText } from '../terminal/table.ts';
import { withLibrary } from '../withLibrary.ts';

/** `list`: the studies of a library. */
export function registerList(program: Command): void {
  program
    .command('list')
    .description('list the studies of the library, the newest first')
    .addOption(libraryOption())
    .addOption(jsonOption())
    .action(async (options: { library?: string; json?: boolean }) => {
      await withLibrary(options.library, async (library) => {
        const items = await library.listStudies();
        if (options.json === true) {
          printJson({ items });
        } else {
          printText(items.length === 0 ? `${await library.path()} holds no studies yet.` : studyTable(items));
        }
      });
    });
}

function studyTable(studies: readonly StudySummary[]): string {
  return tableText(
    [
      { title: 'id' },
      { title: 'name' },
      { title: 'status' },
      { title: 'finished', align: 'right' },
      { title: 'size', align: 'right' },
      { title: 'created' },
    ],
    studies.map(({ id, name, status, counts, replicates, recordedBytes, created }) => [
      id,
      name,
      status,
      `${counts.finished} of ${replicates}`,
      formatBytes(recordedBytes),
      created.slice(0, 16).replace('T', ' '),
    ]),
  );
}
