import type { Command } from 'commander';
import { examples } from '../examples.ts';
import { printAnalysisOf } from '../analysisCommand.ts';
import { collect, devicesOption, jsonOption, libraryOption, parallelOption } from '../options.ts';
import { parseDevices, parseParallel, reportRunEnd, runNewStudy } from '../runCommand.ts';
import { studyOfProgram, type ProgramChanges } from '../programArgument.ts';
import { studyFromArgument } from '../studyArgument.ts';
import { withLibrary } from '../withLibrary.ts';
import { NoisefloorError } from '../../../src/study/errors.ts';
import type { Study } from '../../../src/study/study.ts';

interface RunOptions extends ProgramChanges {
  parallel?: string;
  library?: string;
  json?: boolean;
}

/** `run <preset|study.json>` or `run --program <command>`: plans a study, trains its replicates, and prints what they say. */
export function registerRun(program: Command): void {
  program
    .command('run')
    .description('train the replicates of a preset, a study file or a program of your own, and analyse them')
    .argument('[preset|study.json]', 'a name that "presets" lists, or a study file')
    .option(
      '--program <command>',
      'train with this program instead: {seed:order}, {out} and others are filled in',
    )
    .option('--labels <file>', 'the true classes of the test examples that a program predicts')
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
        'run --program "python train.py --seed {seed:initialisation} --order-seed {seed:order} {deterministic?--deterministic} --out {out}"',
      ),
    )
    .action(async (argument: string | undefined, options: RunOptions) => {
      const parallel = parseParallel(options.parallel);
      const devices = parseDevices(options.devices);
      const { study, choosesImplementation } = await studyOf(argument, options);
      await withLibrary(options.library, async (library) => {
        const ended = await runNewStudy({ library, study, choosesImplementation, parallel, devices });
        reportRunEnd(ended);
        await printAnalysisOf(library, ended, { json: options.json === true });
      });
    });
}

/** @throws NoisefloorError `invalid-usage` for neither or both. */
async function studyOf(
  argument: string | undefined,
  options: RunOptions,
): Promise<{ study: Study; choosesImplementation: boolean }> {
  const { program, labels } = options;
  if (program !== undefined && argument === undefined) {
    return { study: studyOfProgram(program, options), choosesImplementation: false };
  }
  if (argument === undefined || program !== undefined) {
    throw new NoisefloorError(
      'invalid-usage',
      argument === undefined
        ? 'Name a preset or a study file, or give --program with a command of your own.'
        : `${argument} and --program are both there; give one or the other.`,
    );
  }
  if (labels !== undefined) {
    throw new NoisefloorError('invalid-usage', '--labels belongs to --program; a preset has its own.');
  }
  return studyFromArgument(argument, options);
}
