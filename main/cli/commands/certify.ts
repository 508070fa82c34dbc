import type { Command } from 'commander';
import colours from 'picocolors';
import { certificateText } from '../../../src/determinism/certificateText.ts';
import { AnalysisPool } from '../../../src/host/analysisPool.ts';
import { certifyStudy } from '../../../src/host/certifyStudy.ts';
import { examples } from '../examples.ts';
import { epochOption, jsonOption, libraryOption, parseEpoch } from '../options.ts';
import { printJson, printText } from '../output.ts';
import { withLibrary } from '../withLibrary.ts';

/** `certify <study>`: which replicates are bit-identical, and where the others first part. */
export function registerCertify(program: Command): void {
  program
    .command('certify')
    .description('say which replicates are bit-identical, and at which step and tensor the others first part')
    .argument('<study>', 'name, id or unique beginning of either')
    .addOption(epochOption())
    .addOption(libraryOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('certify quickstart'))
    .action(async (argument: string, options: { epoch?: string; library?: string; json?: boolean }) => {
      const epoch = parseEpoch(options.epoch);
      await withLibrary(options.library, async (library) => {
        const pool = new AnalysisPool(1);
        const certificate = await certifyStudy(library, pool, argument, epoch).finally(() => pool.close());
        if (options.json === true) {
          printJson(certificate);
        } else {
          printText(certificateText(certificate, (text) => colours.bold(colours.red(text))));
        }
      });
    });
}
