import type { Command } from 'commander';
import { extendStudy } from '../../../src/host/extendStudy.ts';
import { examples } from '../examples.ts';
import { printAnalysisOf } from '../analysisCommand.ts';
import { devicesOption, jsonOption, libraryOption, parallelOption } from '../options.ts';
import { parseDevices, parseParallel, reportRunEnd, resumeStudy } from '../runCommand.ts';
import { withLibrary } from '../withLibrary.ts';

/** `resume <study>`: goes on where a study was stopped, or its host or replicates died. */
export function registerResume(program: Command): void {
  program
    .command('resume')
    .description('go on with a study from its last recorded epochs; failed replicates are tried again')
    .argument('<study>', 'name, id or unique beginning of either')
    .option('--replicates <n>', 'extend the study to so many replicates of each variant')
    .addOption(devicesOption())
    .addOption(parallelOption())
    .addOption(libraryOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('resume quickstart', 'resume quickstart-k3x9a --replicates 10'))
    .action(
      async (
        argument: string,
        options: {
          replicates?: string;
          parallel?: string;
          devices?: string;
          library?: string;
          json?: boolean;
        },
      ) => {
        const parallel = parseParallel(options.parallel);
        const devices = parseDevices(options.devices);
        await withLibrary(options.library, async (library) => {
          const stored = await library.study(argument);
          const study =
            options.replicates === undefined
              ? stored
              : await extendStudy(library, stored, options.replicates);
          const ended =
            study.status === 'finished' ? study : await resumeStudy({ library, study, parallel, devices });
          reportRunEnd(ended);
          await printAnalysisOf(library, ended, { json: options.json === true });
        });
      },
    );
}
