import { resolve } from 'node:path';
import type { Command } from 'commander';
import { jsonOption, libraryOption } from '../options.ts';
import { printJson, printText } from '../output.ts';
import { withLibrary } from '../withLibrary.ts';

/** `import <library>`: takes in the studies of another library, all or nothing; again, it adds only what is new. */
export function registerImport(program: Command): void {
  program
    .command('import')
    .description('take in the studies of another library file; what is there already stays as it is')
    .argument('<library file>', 'a library of your own or of somebody else')
    .addOption(libraryOption())
    .addOption(jsonOption())
    .action(async (file: string, options: { library?: string; json?: boolean }) => {
      await withLibrary(options.library, async (library) => {
        const merged = await library.mergeLibrary(resolve(file));
        const studies = await Promise.all(
          merged.studies.map(async (id) => ({ id, name: (await library.study(id)).name })),
        );
        if (options.json === true) {
          printJson({ studies, replicates: merged.replicates, continued: merged.continued });
        } else {
          printText(
            `${studies.length} new ${studies.length === 1 ? 'study' : 'studies'}, ${merged.replicates} new replicates, ${merged.continued} that were further along.`,
          );
        }
      });
    });
}
