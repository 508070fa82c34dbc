import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import manifest from '../../../package.json' with { type: 'json' };
import { checkImport, importLogs, type ImportReport } from '../../../src/host/importing/importLogs.ts';
import { holdsProfiles, importProfiles } from '../../../src/host/overhead/importProfiles.ts';
import { loggedFields, parseMapping } from '../../../src/interchange/logs/columns.ts';
import type { LibraryClient } from '../../../src/library/client.ts';
import { openLibrary } from '../../library/openLibrary.ts';
import { examples } from '../examples.ts';
import { collect, jsonOption, libraryOption } from '../options.ts';
import { printJson, printNote, printText } from '../output.ts';
import { importReportJson, importReportText } from '../terminal/importReport.ts';
import { withLibrary } from '../withLibrary.ts';

interface ImportOptions {
  labels?: string;
  labelsOf?: string;
  pattern?: string;
  map: readonly string[];
  dryRun?: boolean;
  leaveOutFaulty?: boolean;
  library?: string;
  json?: boolean;
}

/** `import <path>`: takes in logs made elsewhere, or the studies of another library; all or nothing, again only what is new. */
export function registerImport(program: Command): void {
  program
    .command('import')
    .description(
      'take in logs made elsewhere, profiles of nvprof or nsys, or the studies of another library file',
    )
    .argument('<path>', 'a folder of runs or of profiles, or a library of your own or of somebody else')
    .option(
      '--labels <file>',
      'true classes of the test examples: a .csv with a column "label", or a class a line',
    )
    .option('--labels-of <study>', 'the study of this library whose test set the runs predicted')
    .option(
      '--pattern <expression>',
      'how folders of runs are named: a regular expression with the groups (?<replicate>...), (?<variant>...), (?<network>...), (?<dataset>...)',
    )
    .option(
      '--map <field=column>',
      `which column, tag or metric is which number: ${loggedFields.join(', ')}; remembered with the study`,
      collect,
      [],
    )
    .option('--dry-run', 'say what would be taken in and what not, and change nothing')
    .option('--leave-out-faulty', 'take in the sound runs where others cannot be read')
    .addOption(libraryOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'import logs --labels labels.csv --dry-run',
        'import logs --labels labels.csv',
        'import lightning_logs --map testAccuracy=val_acc',
        'import mlruns --dry-run',
        'import other.sqlite',
      ),
    )
    .action(async (path: string, options: ImportOptions) => {
      await withLibrary(options.library, async (library) => {
        if (holdsProfiles(path)) {
          await importDeviceProfiles(library, path, options);
        } else if (isOfLogs(path)) {
          await importFolder(library, path, options);
        } else {
          await importLibrary(library, path, options);
        }
      });
    });
}

/** A folder, or a table of several runs; anything else is taken for a library. */
const isOfLogs = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === true || /\.csv$/i.test(path);

async function importFolder(library: LibraryClient, path: string, options: ImportOptions): Promise<void> {
  const request = {
    folder: resolve(path),
    pattern: options.pattern ?? null,
    labels: options.labels === undefined ? null : resolve(options.labels),
    labelsOf: options.labelsOf ?? null,
    leaveOutFaulty: options.leaveOutFaulty === true,
    mapping: parseMapping(options.map),
  };
  const means = {
    ...{ library, openLibrary, version: manifest.version },
    onProgress: (message: string) => {
      printNote(message);
    },
  };
  if (options.dryRun === true) {
    show(await checkImport(means, request), null, options);
    return;
  }
  const { report, ...imported } = await importLogs(means, request);
  show(report, imported, options);
}

async function importDeviceProfiles(
  library: LibraryClient,
  path: string,
  { dryRun = false, json }: ImportOptions,
): Promise<void> {
  const imported = await importProfiles(library, path, { isDry: dryRun, version: manifest.version });
  const { id, name, models, leftOut, wasKnown } = imported;
  if (json === true) {
    printJson({ studies: id === null || wasKnown ? [] : [{ id, name }], overhead: imported });
    return;
  }
  for (const { path: file, why } of leftOut) printNote(`${file} is left out: ${why}.`);
  const what = `profiles of ${models.join(', ')} under default and deterministic execution`;
  if (id === null) printText(`Would be taken in: ${what}.`);
  else if (wasKnown) printText(`Nothing is new: these ${what} are there already, as ${id}.`);
  else printText(`Taken in as ${id}: ${what}. "noisefloor analyze ${id} --measure overhead" compares them.`);
}

function show(
  report: ImportReport,
  imported: Parameters<typeof importReportText>[1],
  { json }: ImportOptions,
): void {
  if (json === true) printJson(importReportJson(report, imported));
  else printText(importReportText(report, imported));
}

async function importLibrary(library: LibraryClient, file: string, options: ImportOptions): Promise<void> {
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
}
