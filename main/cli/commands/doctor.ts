import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import colours from 'picocolors';
import { defaultLibraryPath } from '../../../src/library/location.ts';
import { inspectParts, type Part } from '../../setup/parts.js';
import { trainEachVariant, type VariantTrial } from '../doctorTraining.ts';
import { exitCodes } from '../errors.ts';
import { jsonOption } from '../options.ts';
import { printJson, printNote, printText } from '../output.ts';
import { formatBytes, formatCount } from '../terminal/format.ts';
import { plainTable } from '../terminal/plainTable.ts';

interface DoctorOptions {
  train?: boolean;
  out: string;
  json?: boolean;
}

/** `doctor`: every part that training needs, its version and its fix. */
export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .description('show every part that training needs, its version, and what to do where one is missing')
    .option('--train', 'also train 20 steps of each variant on each device, and write a report')
    .option('--out <file>', 'where --train writes its report', 'noisefloor-doctor.json')
    .addOption(jsonOption())
    .action(async (options: DoctorOptions) => {
      const parts = await inspectParts();
      const trials = options.train === true ? await train(parts) : [];
      const report = {
        created: new Date().toISOString(),
        library: defaultLibraryPath(),
        platform: `${process.platform} ${process.arch}`,
        parts,
        ...(options.train === true ? { training: trials } : {}),
      };
      if (options.json === true) {
        printJson(report);
      } else {
        printText(parts.map(partLines).join('\n'));
        if (trials.length > 0) {
          printText(`\n${trialTable(trials)}`);
        }
      }
      if (options.train === true) {
        const file = resolve(options.out);
        await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
        printNote(`The report is in ${file}; attach it to a bug report.`);
      }
      const broken =
        parts.some(({ status }) => status === 'damaged') || trials.some(({ error }) => error !== null);
      if (broken) {
        process.exitCode = exitCodes.failed;
      }
    });
}

function train(parts: readonly Part[]): Promise<VariantTrial[]> {
  const hasGpu = parts.some(({ name, status }) => name === 'GPU' && status === 'ok');
  return trainEachVariant(hasGpu, (device, variant) => {
    printNote(`training ${variant} on ${device}`);
  });
}

function partLines({ name, status, version, where, fix }: Part): string {
  const mark = {
    ok: colours.green('ok'),
    missing: colours.yellow('missing'),
    damaged: colours.red('damaged'),
    unneeded: colours.dim('not needed'),
  };
  const what = [version, where].filter((text) => text !== null).join('  ');
  const line = `${name.padEnd(20)} ${mark[status]}  ${what}`;
  return fix === null ? line : `${line}\n${' '.repeat(21)}${fix}`;
}

function trialTable(trials: readonly VariantTrial[]): string {
  return plainTable(
    ['device', 'variant', 'replicates identical', 'loss', 'examples/s', 'memory', 'problem'],
    trials.map((trial) => [
      trial.device,
      trial.variant,
      trial.identical === null ? null : trial.identical ? 'yes' : 'no',
      trial.loss,
      trial.examplesPerSecond === null ? null : formatCount(trial.examplesPerSecond),
      trial.peakBytes === null ? null : formatBytes(trial.peakBytes),
      trial.error ?? '',
    ]),
  );
}
