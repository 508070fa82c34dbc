import type { Command } from 'commander';
import { examples } from '../examples.ts';
import { printAnalysisOf } from '../analysisCommand.ts';
import { collect, devicesOption, jsonOption, libraryOption, parallelOption } from '../options.ts';
import { parseDevices, parseParallel, reportRunEnd, runNewStudy } from '../runCommand.ts';
import { studyFromArgument, type StudyChanges } from '../studyArgument.ts';
import { withLibrary } from '../withLibrary.ts';

interface RunOptions extends StudyChanges {
  parallel?: string;
  library?: string;
  json?: boolean;
}

/** `run <preset|study.json>`: plans a study, trains its replicates, and prints what they say. */
export function registerRun(program: Command): void {
  program
    .command('run')
    .description('train the replicates of a preset or a study file, and analyse them')
    .argument('<preset|study.json>', 'a name that "presets" lists, or a study file')
    .option('--name <name>', 'name of the study')
    .option('--replicates <n>', 'replicates of each variant')
    .option('--variants <names>', 'only these variants, with commas between them')
    .option('--epochs <n>', 'epochs of each replicate')
    .option('--seed <n>', 'root of all seeds')
    .option('--threads <n>', 'TensorFlow threads of each replicate (changes results)')
    .option('--device <device>', 'cpu, gpu or gpu:<number>')
    .option('--set <key=value>', 'set any value of the study, such as task.recipe.batchSize=64', collect, [])
    .addOption(devicesOption())
    .addOption(parallelOption())
    .addOption(libraryOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'run smallcnn-fashion --variants IMPL,CONTROL --replicates 5',
        'run smallcnn-images --set task.dataset.path=photos --epochs 50',
        'run study.json --set task.recipe.batchSize=64 --library here.sqlite',
      ),
    )
    .action(async (argument: string, options: RunOptions) => {
      const parallel = parseParallel(options.parallel);
      const devices = parseDevices(options.devices);
      const { study, choosesImplementation } = await studyFromArgument(argument, options);
      await withLibrary(options.library, async (library) => {
        const ended = await runNewStudy({ library, study, choosesImplementation, parallel, devices });
        reportRunEnd(ended);
        await printAnalysisOf(library, ended, { json: options.json === true });
      });
    });
}
