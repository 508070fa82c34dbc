import type { Command } from 'commander';
import { counted } from '../../../src/analysis/wording.ts';
import { printAnalysisOf } from '../analysisCommand.ts';
import { jsonOption, libraryOption } from '../options.ts';
import { printNote } from '../output.ts';
import { parseParallel, reportRunEnd, runNewStudy } from '../runCommand.ts';
import { openLink, serveStudio } from '../studioServer.ts';
import { studyFromArgument } from '../studyArgument.ts';
import { withLibrary } from '../withLibrary.ts';

interface QuickstartOptions {
  open: boolean;
  replicates?: string;
  epochs?: string;
  parallel?: string;
  library?: string;
  json?: boolean;
}

/** `quickstart`: the shipped study, from training to what it means. */
export function registerQuickstart(program: Command): void {
  program
    .command('quickstart')
    .description('train and analyse a real study on shipped data, in about two minutes, then open the studio')
    .option('--no-open', 'do not open the studio afterwards; without a terminal it is never opened')
    .option('--replicates <n>', 'training runs of each of the four settings, instead of three')
    .option('--epochs <n>', 'passes through the data, instead of twelve')
    .option('--parallel <n>', 'replicates that train at once; measured by default')
    .addOption(libraryOption())
    .addOption(jsonOption())
    .action(async ({ replicates, epochs, ...options }: QuickstartOptions) => {
      const parallel = parseParallel(options.parallel);
      const { study, choosesImplementation } = await studyFromArgument('quickstart', {
        set: [],
        ...(replicates === undefined ? {} : { replicates }),
        ...(epochs === undefined ? {} : { epochs }),
      });
      const { length: settings } = study.variants;
      printNote(
        `The same small network is trained ${settings * study.replicates} times on 8,000 images of clothes: ${counted(study.replicates, 'time')} under each of four settings of randomness. Where training repeats itself, nothing should differ; where it does not, you see how much.\n`,
      );
      const finished = await withLibrary(options.library, async (library) => {
        const ended = await runNewStudy({ library, study, choosesImplementation, parallel });
        reportRunEnd(ended);
        await printAnalysisOf(library, ended, { json: options.json === true });
        const from = options.library === undefined ? '' : ` --library ${options.library}`;
        printNote(
          `Recorded in ${await library.path()} as ${ended.id}. Look again with: npm run noisefloor -- open${from}`,
        );
        return ended.status === 'finished';
      });
      if (finished && options.open && options.json !== true && process.stdout.isTTY) {
        await serveStudio(options.library, { port: null, data: [], present: openLink });
      }
    });
}
