import { InvalidArgumentError, type Command } from 'commander';
import colours from 'picocolors';
import { bisectionText } from '../../../src/determinism/bisectText.ts';
import { certificateText } from '../../../src/determinism/certificateText.ts';
import { AnalysisPool } from '../../../src/host/analysisPool.ts';
import { bisectStudy } from '../../../src/host/bisectStudy.ts';
import { certifyStudy } from '../../../src/host/certifyStudy.ts';
import { examples } from '../examples.ts';
import { epochOption, jsonOption, libraryOption, parseEpoch } from '../options.ts';
import { printJson, printText } from '../output.ts';
import { startReplay } from '../processes.ts';
import { withLibrary } from '../withLibrary.ts';

interface CertifyOptions {
  readonly epoch?: string;
  readonly library?: string;
  readonly json?: boolean;
  readonly bisect?: boolean;
  readonly variant?: string;
  readonly replicate?: number;
}

/** `certify <study>`: which replicates are bit-identical, and where the others first part. */
export function registerCertify(program: Command): void {
  program
    .command('certify')
    .description('say which replicates are bit-identical, and at which step and tensor the others first part')
    .argument('<study>', 'name, id or unique beginning of either')
    .option(
      '--bisect',
      'replay two replicates to the step at which they part, and name the first op that differs',
    )
    .option('--variant <name>', 'with --bisect: the variant whose replicates are replayed')
    .option('--replicate <number>', 'with --bisect: which is compared with the first, from 2', parseReplicate)
    .addOption(epochOption())
    .addOption(libraryOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('certify quickstart', 'certify quickstart --bisect --variant IMPL'))
    .action(async (argument: string, options: CertifyOptions) => {
      const epoch = parseEpoch(options.epoch);
      const print = options.json === true ? printJson : null;
      await withLibrary(options.library, async (library) => {
        const pool = new AnalysisPool(1);
        const certificate = await certifyStudy(library, pool, argument, epoch).finally(() => pool.close());
        if (options.bisect !== true) {
          const alarm = (text: string): string => colours.bold(colours.red(text));
          if (print === null) printText(certificateText(certificate, alarm));
          else print(certificate);
          return;
        }
        const { variant, replicate } = options;
        const bisection = await bisectStudy({
          ...{ library, certificate, startReplay, choice: { variant, replicate } },
          onStage: (stage) => process.stderr.write(`${stage} ...\n`),
        });
        if (print === null) printText(bisectionText(bisection));
        else print(bisection);
      });
    });
}

/** @returns the index within the variant, from 0. */
function parseReplicate(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 2) {
    throw new InvalidArgumentError('Replicates are compared with the first: give a whole number from 2.');
  }
  return number - 1;
}
