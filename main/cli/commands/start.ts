import type { Command } from 'commander';
import { startDesktop } from '../desktop.ts';
import { collect, libraryOption } from '../options.ts';
import { printNote } from '../output.ts';
import { openLink, requirePages, serveStudio } from '../studioServer.ts';

/** `start`: the studio in a window of its own, or in the browser where there can be none. */
export function registerStart(program: Command): void {
  program
    .command('start')
    .description('open the studio in a window of its own; in the browser where there can be none')
    .option('--data <folder>', 'a folder that new studies may read data from; may be repeated', collect, [])
    .addOption(libraryOption())
    .action(async (options: { data: string[]; library?: string }) => {
      requirePages();
      const given = options.library === undefined ? [] : ['--library', options.library];
      const folders = options.data.flatMap((folder) => ['--data', folder]);
      const obstacle = await startDesktop([...given, ...folders]);
      if (obstacle === null) return;
      printNote(`The window cannot be opened: ${obstacle}. The studio opens in the browser instead.`);
      await serveStudio(options.library, { port: null, data: options.data, present: openLink });
    });
}
