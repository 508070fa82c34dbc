import type { Command } from 'commander';
import { probe, type ProbeReport } from '../../../src/determinism/probe.ts';
import { NoisefloorError } from '../../../src/study/errors.ts';
import { planReplicates } from '../../../src/study/plan.ts';
import { examples } from '../examples.ts';
import { collect, jsonOption, wholeNumber } from '../options.ts';
import { printJson, printNote, printText } from '../output.ts';
import { runTrial } from '../processes.ts';
import { studyFromArgument } from '../studyArgument.ts';
import { plainTable } from '../terminal/plainTable.ts';

const defaultSteps = 60;
const mostSteps = 100_000;

interface ProbeOptions {
  steps?: string;
  threads?: string;
  device?: string;
  set: string[];
  json?: boolean;
}

/** `probe [preset]`: whether this machine repeats itself, and which settings change the numbers. */
export function registerProbe(program: Command): void {
  program
    .command('probe')
    .description('say whether this machine repeats itself bit for bit, and which settings change the numbers')
    .argument('[preset|study.json]', 'what to train', 'quickstart')
    .option('--steps <n>', `steps each process takes (${defaultSteps})`)
    .option('--threads <n>', 'TensorFlow threads of each process')
    .option('--device <device>', 'cpu, gpu or gpu:<number>')
    .option('--set <key=value>', 'set any value of the study', collect, [])
    .addOption(jsonOption())
    .addHelpText('after', examples('probe', 'probe smallcnn-fashion-bn --steps 200'))
    .action(async (argument: string, options: ProbeOptions) => {
      const steps = parseSteps(options.steps);
      const { study } = await studyFromArgument(argument, { ...options, variants: 'IMPL' });
      const [order] = planReplicates({ ...study, replicates: 1 }, 'probe', null);
      if (order === undefined) {
        throw new RangeError('A study with one variant and one replicate plans one replicate.');
      }
      const { execution } = order;
      const report = await probe({
        request: { task: order.task, seeds: { ...order.seeds, accumulationOrder: null }, steps },
        base: { ...execution, threads: study.execution.threads, deterministicOps: false },
        runTrial,
        onCondition: ({ name }, position, count) => {
          printNote(`${position + 1}/${count}  ${name}`);
        },
      });
      if (options.json === true) {
        printJson(report);
      } else {
        printText(probeText(report));
      }
    });
}

function parseSteps(text: string | undefined): number {
  const value = text === undefined ? defaultSteps : wholeNumber(text);
  if (!(value >= 1 && value <= mostSteps)) {
    throw new NoisefloorError(
      'invalid-steps',
      `--steps is "${text ?? ''}"; it takes a whole number from 1 to ${mostSteps}.`,
    );
  }
  return value;
}

function probeText({ rows, steps, verdict }: ProbeReport): string {
  const table = plainTable(
    ['condition', 'repeats itself', 'same bits as first', 'tensors that differ', 'loss'],
    rows.map((row) => [
      row.name,
      row.repeatable ? 'yes' : 'no',
      row.sameAsDefault ? 'yes' : 'no',
      `${row.differingTensors} of ${row.tensors}`,
      row.loss === null ? null : row.loss.toFixed(7),
    ]),
  );
  return `After ${steps} steps, two processes each:\n${table}\n${verdict}`;
}
