import { Command } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { registerAnalyze } from './commands/analyze.ts';
import { registerBench } from './commands/bench.ts';
import { registerCertify } from './commands/certify.ts';
import { registerDatasets } from './commands/datasets.ts';
import { registerDelete } from './commands/delete.ts';
import { registerDoctor } from './commands/doctor.ts';
import { registerExport } from './commands/export.ts';
import { registerFigure } from './commands/figure.ts';
import { registerFigures } from './commands/figures.ts';
import { registerImport } from './commands/import.ts';
import { registerList } from './commands/list.ts';
import { registerPresets } from './commands/presets.ts';
import { registerProbe } from './commands/probe.ts';
import { registerQuickstart } from './commands/quickstart.ts';
import { registerResume } from './commands/resume.ts';
import { registerRun } from './commands/run.ts';
import { registerSample } from './commands/sample.ts';
import { registerServe } from './commands/serve.ts';
import { registerShow } from './commands/show.ts';
import { registerStart } from './commands/start.ts';
import { exitCodes, reportError } from './errors.ts';
import { examples } from './examples.ts';
import { printJson, printNote } from './output.ts';

const wantsJson = process.argv.includes('--json');

function createProgram(): Command {
  const program = new Command('noisefloor')
    .description(
      'Is your improvement above the noise floor? Trains replicates of a network and shows how much is noise.',
    )
    .version(manifest.version)
    .addHelpText('after', examples('quickstart', 'run smallcnn-fashion --replicates 5 --epochs 20', 'list'))
    .showHelpAfterError('Run with --help to see what there is.')
    .showSuggestionAfterError()
    .exitOverride();
  if (wantsJson) {
    program.configureOutput({ writeErr: () => undefined });
  }
  const registrations = [
    registerQuickstart,
    registerRun,
    registerResume,
    registerList,
    registerShow,
    registerAnalyze,
    registerCertify,
    registerFigure,
    registerFigures,
    registerExport,
    registerDelete,
    registerImport,
    registerPresets,
    registerDatasets,
    registerProbe,
    registerDoctor,
    registerSample,
    registerServe,
    registerStart,
    registerBench,
  ];
  for (const register of registrations) {
    register(program);
  }
  return program;
}

// Whoever reads the output may have seen enough, as "head" does: that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') {
    throw error;
  }
  process.exit(exitCodes.done);
});

try {
  await createProgram().parseAsync();
} catch (error) {
  const { exitCode, code, message, details } = reportError(error);
  process.exitCode = exitCode;
  if (exitCode !== exitCodes.done) {
    if (wantsJson) {
      printJson({ error: { code, message, details } });
    }
    if (code !== 'usage') {
      printNote(`noisefloor: ${message}`);
    }
  }
}
