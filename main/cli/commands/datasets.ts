import type { Command } from 'commander';
import { datasetKinds, type DatasetKind } from '../../../src/study/datasetKinds.ts';
import { jsonOption } from '../options.ts';
import { printJson, printText } from '../output.ts';

/** `datasets`: what can be trained on, and what is shipped. */
export function registerDatasets(program: Command): void {
  program
    .command('datasets')
    .description('list the kinds of data that studies can use, and what is shipped')
    .addOption(jsonOption())
    .action((options: { json?: boolean }) => {
      if (options.json === true) {
        printJson({ items: datasetKinds });
      } else {
        printText(datasetKinds.map(describeKind).join('\n\n'));
      }
    });
}

function describeKind({ kind, title, description, needsPath, licence }: DatasetKind): string {
  const lines = [`${kind}  (${title})`, `  ${description}`];
  if (needsPath) {
    lines.push(`  --set task.dataset.kind=${kind} --set task.dataset.path=FOLDER`);
  }
  if (licence !== null) {
    lines.push(`  licence: ${licence}`);
  }
  return lines.join('\n');
}
