import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { deleteStudy } from '../../../src/host/deleteStudy.ts';
import { NoisefloorError } from '../../../src/study/errors.ts';
import { examples } from '../examples.ts';
import { jsonOption, libraryOption } from '../options.ts';
import { printJson, printText } from '../output.ts';
import { withLibrary } from '../withLibrary.ts';

/** `delete <study>`: removes a study from the library, and its result folders. */
export function registerDelete(program: Command): void {
  program
    .command('delete')
    .description('delete a study and its result folders for good')
    .argument('<study>', 'name, id or unique beginning of either')
    .option('--yes', 'do not ask first')
    .addOption(libraryOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('delete quickstart-k3x9a'))
    .action(async (argument: string, options: { yes?: boolean; library?: string; json?: boolean }) => {
      await withLibrary(options.library, async (library) => {
        const study = await library.study(argument);
        if (options.yes !== true) {
          await confirm(`Delete ${study.name} (${study.id}) with ${study.replicates} replicates for good?`);
        }
        const { id, name } = await deleteStudy(library, study.id);
        if (options.json === true) {
          printJson({ study: { id, name }, deleted: true });
        } else {
          printText(`Deleted ${name} (${id}).`);
        }
      });
    });
}

/** @throws NoisefloorError `not-confirmed` unless a person answers yes. */
async function confirm(question: string): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new NoisefloorError(
      'not-confirmed',
      `${question} Nobody is there to answer: say --yes to delete it.`,
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) {
      throw new NoisefloorError('not-confirmed', 'Nothing was deleted.');
    }
  } finally {
    terminal.close();
  }
}
