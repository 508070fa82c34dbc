import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Argument, type Command } from 'commander';
import { KnownDatasets } from '../../../src/host/datasets/knownDatasets.ts';
import {
  figureCsv,
  figureDefinition,
  figureRows,
  measureOf,
} from '../../../src/host/reproduction/figureFile.ts';
import {
  planReproduction,
  refuseMissingData,
  type ReproductionPlan,
} from '../../../src/host/reproduction/reproductionPlan.ts';
import { trainTasks } from '../../../src/host/reproduction/trainTasks.ts';
import type { LibraryClient } from '../../../src/library/client.ts';
import { personFolder } from '../../../src/library/location.ts';
import { writeFileDurably } from '../../../src/results/durableFile.ts';
import { NoisefloorError } from '../../../src/study/errors.ts';
import { suggestion } from '../../../src/study/nearest.ts';
import {
  paperFigures,
  paperTasks,
  type PaperFigure,
  type PaperTaskName,
} from '../../../src/study/paperFigures.ts';
import { withKnownData } from '../../../src/study/presets.ts';
import { exitCodes } from '../errors.ts';
import { examples } from '../examples.ts';
import { collect, devicesOption, jsonOption, libraryOption, parallelOption } from '../options.ts';
import { printJson, printNote, printText } from '../output.ts';
import { parseDevices, parseParallel, reportRunEnd, resumeStudy, runNewStudy } from '../runCommand.ts';
import { studyOfPreset, type StudyChanges } from '../studyArgument.ts';
import { planText } from '../terminal/reproductionText.ts';
import { overheadFigure, reproduceOverhead } from './reproduceOverhead.ts';
import { withLibrary } from '../withLibrary.ts';

interface ReproduceOptions extends StudyChanges {
  out: string;
  mini?: boolean;
  asReference?: boolean;
  dryRun?: boolean;
  tasks?: string;
  parallel?: string;
  library?: string;
  json?: boolean;
}

/** `reproduce <figure>`: trains, or finds trained, what a figure of the paper shows, and writes the reference's file. */
export function registerReproduce(program: Command): void {
  program
    .command('reproduce')
    .description(
      "train what a figure of the paper shows, reuse what is trained, and write the reference's file",
    )
    .addArgument(
      new Argument('<figure>', 'figure of the paper').choices([...Object.keys(paperFigures), overheadFigure]),
    )
    .option('--out <folder>', 'the folder to write into', 'results')
    .option('--mini', 'small studies on generated images instead: minutes, and no download')
    .option('--as-reference', "compute as the reference's script does, its faults included")
    .option('--dry-run', 'say what is reused and what would be trained, and train nothing')
    .option(
      '--tasks <names>',
      `only these systems, with commas between them: ${Object.keys(paperTasks).join(', ')}`,
    )
    .option('--replicates <n>', 'replicates of each setting')
    .option('--epochs <n>', 'epochs of each replicate')
    .option('--device <device>', 'cpu, gpu or gpu:<number>')
    .option('--set <key=value>', 'set any value of every study', collect, [])
    .addOption(devicesOption())
    .addOption(parallelOption())
    .addOption(libraryOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'reproduce figure2 --mini',
        'reproduce figure1 --dry-run',
        'reproduce figure1 --tasks smallcnn-cifar10,resnet18-cifar10 --as-reference',
      ),
    )
    .action(async (figure: PaperFigure | typeof overheadFigure, options: ReproduceOptions) => {
      if (figure === overheadFigure) {
        await withLibrary(options.library, (library) => reproduceOverhead(library, options));
        return;
      }
      measureOf(figure, options.asReference === true);
      const parallel = parseParallel(options.parallel);
      const devices = parseDevices(options.devices);
      await withLibrary(options.library, async (library) => {
        const plan = await planned(library, figure, options);
        if (options.dryRun === true) {
          if (options.json === true) printJson({ ...planJson(plan), dryRun: true });
          else printText(planText(plan));
          return;
        }
        printNote(planText(plan));
        refuseMissingData(plan);
        await reproduce(library, plan, { parallel, devices }, options);
      });
    });
}

async function planned(
  library: LibraryClient,
  figure: PaperFigure,
  options: ReproduceOptions,
): Promise<ReproductionPlan> {
  const known = await new KnownDatasets(personFolder()).list();
  const datasets = known.map(({ dataset }) => dataset);
  return planReproduction(library, {
    ...{ figure, known, tasks: parseTasks(options.tasks), mini: options.mini === true },
    studyOf: async (preset) => (await studyOfPreset(preset, { ...options, name: preset.name })).study,
    withData: (preset) => withKnownData(preset, datasets),
  });
}

async function reproduce(
  library: LibraryClient,
  plan: ReproductionPlan,
  lanes: { parallel: number | null; devices: readonly number[] | null },
  options: ReproduceOptions,
): Promise<void> {
  const result = await trainTasks(library, plan, {
    begin: (study) => runNewStudy({ library, study, choosesImplementation: true, ...lanes }),
    goOn: (study, only) => resumeStudy({ library, study, only, ...lanes }),
  });
  if ('unfinished' in result) {
    reportRunEnd(result.unfinished);
    process.exitCode ??= exitCodes.failed;
    printNote(`${plan.figure} is not complete. Start the same command again, and it goes on from here.`);
    if (options.json === true) printJson({ ...planJson(plan), unfinished: result.unfinished.id });
    return;
  }
  const asReference = options.asReference === true;
  const rows = await figureRows(library, plan.figure, result.trained, asReference);
  const definition = figureDefinition(plan.figure, rows, asReference);
  const file = path.resolve(options.out, `${plan.figure}.csv`);
  await mkdir(path.dirname(file), { recursive: true });
  writeFileDurably(file, Buffer.from(figureCsv(plan.figure, rows)));
  if (options.json === true) {
    const studies = result.trained.map(({ name, match: { detail } }) => ({
      task: name,
      ...idAndName(detail),
    }));
    printJson({ figure: plan.figure, file, asReference, definition, studies, without: plan.without, rows });
  } else {
    printText(figureCsv(plan.figure, rows).trimEnd());
    printNote(`${definition}\nThe file is ${file}.`);
  }
}

const idAndName = ({ id, name }: { id: string; name: string }): { id: string; name: string } => ({
  id,
  name,
});

function planJson({ figure, tasks, without }: ReproductionPlan): Record<string, unknown> {
  return {
    figure,
    tasks: tasks.map(({ name, preset, study, match, needs, time, bytes }) => ({
      ...{ task: name, preset, study: match === null ? null : idAndName(match.detail) },
      action: match === null ? 'train' : match.isEnough ? 'reuse' : 'continue',
      replicates: study.variants.length * study.replicates,
      ...{ finished: match?.finished ?? 0, epochs: study.task.recipe.epochs, needs, time, bytes },
    })),
    without,
  };
}

/** @throws NoisefloorError `invalid-tasks` with the nearest names. */
function parseTasks(text: string | undefined): PaperTaskName[] | null {
  if (text === undefined) return null;
  const known = Object.keys(paperTasks) as PaperTaskName[];
  return text.split(',').map((given) => {
    const name = known.find((each) => each === given.trim().toLowerCase());
    if (name !== undefined) return name;
    throw new NoisefloorError('invalid-tasks', `There is no system "${given}". ${suggestion(given, known)}`, {
      details: { name: given, known },
    });
  });
}
