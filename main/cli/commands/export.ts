import { fileURLToPath } from 'node:url';
import { Option, type Command } from 'commander';
import manifest from '../../../package.json' with { type: 'json' };
import { exportFormats, exportStudy, type ExportFormat } from '../../../src/host/exportStudy.ts';
import { fileNamePart } from '../../../src/interchange/exportFolder.ts';
import { examples } from '../examples.ts';
import { jsonOption, libraryOption, parseEpoch } from '../options.ts';
import { printJson, printText } from '../output.ts';
import { withLibrary } from '../withLibrary.ts';

interface ExportOptions {
  as: ExportFormat;
  out?: string;
  epoch?: string;
  library?: string;
  json?: boolean;
}

/** Where the pages of reports are built. */
const report = {
  folder: fileURLToPath(new URL('../../../dist/report', import.meta.url)),
  version: manifest.version,
};

/** What a person gets of each format, and how its name ends. */
const endings: Readonly<Record<ExportFormat, string>> = {
  html: '.html',
  reference: '-logs',
  csv: '-csv',
  npz: '.npz',
  safetensors: '-weights',
  library: '.noisefloor',
};

/** `export <study> --as FORMAT`: gives everything that was recorded back, in a format that others read. */
export function registerExport(program: Command): void {
  program
    .command('export')
    .description(
      'give a study back: as logs in the layout of the paper’s code, tables, arrays, weights or a library',
    )
    .argument('<study>', 'name, id or unique beginning of either')
    .addOption(
      new Option(
        '--as <format>',
        'html: a report with live charts that opens offline; csv: tidy tables; npz: arrays for numpy; safetensors: kept weights; reference: log.csv, pred*.txt and ckpt*.h5 of each replicate; library: a library file of the study alone',
      )
        .choices(exportFormats)
        .makeOptionMandatory(),
    )
    .option(
      '--out <path>',
      'folder or file to write, which must not be there yet; named after the study without it',
    )
    .option(
      '--epoch <n>',
      'only the predictions after this epoch, counted from 0; those of all epochs without it',
    )
    .addOption(libraryOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'export quickstart --as html',
        'export quickstart --as csv',
        'export quickstart --as npz --out quickstart.npz --epoch 11',
      ),
    )
    .action(async (argument: string, options: ExportOptions) => {
      const epoch = parseEpoch(options.epoch);
      await withLibrary(options.library, async (library) => {
        const study = await library.study(argument);
        const target = options.out ?? `${fileNamePart(study.name)}${endings[options.as]}`;
        const written = await exportStudy(library, study, options.as, { target, epoch, report });
        if (options.json === true) {
          printJson({ study: { id: study.id, name: study.name }, ...written });
          return;
        }
        const left = written.excluded === 0 ? '' : ` ${written.excluded} excluded ones were left out.`;
        printText(
          `${written.path}: ${written.replicates} replicates of ${study.name}, predictions of ${written.epochs.length} ${written.epochs.length === 1 ? 'epoch' : 'epochs'}.${left}`,
        );
      });
    });
}
