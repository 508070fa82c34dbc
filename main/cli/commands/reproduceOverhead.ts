import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { overheadSettings } from '../../../src/determinism/overhead.ts';
import { measureOverheads } from '../../../src/host/overhead/measureOverheads.ts';
import { readOverhead, readOverheads } from '../../../src/host/overhead/readOverheads.ts';
import {
  matchingOverhead,
  overheadCsv,
  overheadRows,
  referenceOverheadRows,
} from '../../../src/host/overhead/reproduceOverhead.ts';
import type { LibraryClient } from '../../../src/library/client.ts';
import { writeFileDurably } from '../../../src/results/durableFile.ts';
import { executionSchema } from '../../../src/study/execution.ts';
import { overheadPresetNamed } from '../../../src/study/overheadPresets.ts';
import { printJson, printNote, printText } from '../output.ts';
import { runTrial } from '../processes.ts';

/** The paper's figure 6, which is timed and not trained. */
export const overheadFigure = 'figure6';

interface ReproduceOverheadOptions {
  out: string;
  mini?: boolean;
  asReference?: boolean;
  dryRun?: boolean;
  device?: string;
  replicates?: string;
  json?: boolean;
}

/** As often as each execution is timed where nobody says otherwise. */
const usualRounds = 5;

/** Times, or finds timed, the networks of figure 6, and writes the reference's file. */
export async function reproduceOverhead(
  library: LibraryClient,
  options: ReproduceOverheadOptions,
): Promise<void> {
  const all = await readOverheads(library);
  if (options.asReference === true) {
    await write(
      options,
      referenceOverheadRows(all),
      'As the reference’s script computes it: of each profile of nvprof the mean of its first row over its share, whatever their units.',
    );
    return;
  }
  const preset = overheadPresetNamed(options.mini === true ? 'overhead-zoo-mini' : 'overhead-zoo');
  const known = matchingOverhead(preset, all);
  const what =
    known === null
      ? `${preset.models.length} networks are to be timed, ${usualRounds} times under each execution (${preset.name}).`
      : `The measurement ${known.id} is reused.`;
  if (options.dryRun === true) {
    if (options.json === true) printJson({ figure: overheadFigure, dryRun: true, reused: known?.id ?? null });
    else printText(what);
    return;
  }
  printNote(what);
  const measured = known ?? (await readOverhead(library, await measure(library, options)));
  await write(
    options,
    overheadRows(measured),
    'Time of deterministic over that of default execution by the clock, the geometric mean over interleaved rounds; the reference times the kernels of the GPU alone.',
  );
}

async function measure(
  library: LibraryClient,
  { mini, device = 'cpu' }: ReproduceOverheadOptions,
): Promise<string> {
  const preset = overheadPresetNamed(mini === true ? 'overhead-zoo-mini' : 'overhead-zoo');
  const execution = executionSchema.parse({ device, threads: availableParallelism() });
  const settings = overheadSettings({ ...execution, deterministicOps: false }, ['default', 'deterministic']);
  const { id } = await measureOverheads({
    ...{ library, preset, models: preset.models, settings, rounds: usualRounds, runTrial },
    onModel: ({ name }, position) => {
      printNote(`${position + 1}/${preset.models.length}  ${name}`);
    },
    onTrial: (_, { round, setting, seconds }) => {
      printNote(`      round ${round + 1}, ${setting}: ${seconds.toFixed(3)} s`);
    },
    onFailure: ({ name }, reason) => {
      printNote(`      ${name} could not be timed, and the others go on: ${reason}`);
    },
  });
  return id;
}

async function write(
  options: ReproduceOverheadOptions,
  rows: ReturnType<typeof overheadRows>,
  definition: string,
): Promise<void> {
  const file = path.resolve(options.out, `${overheadFigure}.csv`);
  await mkdir(path.dirname(file), { recursive: true });
  writeFileDurably(file, Buffer.from(overheadCsv(rows)));
  if (options.json === true) {
    printJson({ figure: overheadFigure, file, definition, asReference: options.asReference === true, rows });
    return;
  }
  printText(overheadCsv(rows).trimEnd());
  printNote(`${definition} The file is ${file}.`);
}
