import { Argument, Option, type Command } from 'commander';
import { benchAnalysis } from '../bench/analysis.ts';
import type { PeerOptions } from '../bench/pythonPeer.ts';
import type { BenchReport, BenchRow } from '../bench/report.ts';
import { benchNetworks } from '../bench/networks.ts';
import { benchImport } from '../bench/import.ts';
import { benchStudio } from '../bench/studio.ts';
import { benchTraining } from '../bench/training.ts';
import { exitCodes } from '../errors.ts';
import { jsonOption } from '../options.ts';
import { printJson, printNote, printText } from '../output.ts';
import { plainTable } from '../terminal/plainTable.ts';

const benches = {
  training: benchTraining,
  networks: benchNetworks,
  analysis: benchAnalysis,
  studio: benchStudio,
  import: benchImport,
  all: benchAll,
} as const;

/** `bench [training|networks|analysis|import|studio]`: side by side with peers, or against limits, on this machine. */
export function registerBench(program: Command): void {
  program
    .command('bench')
    .description(
      'measure training, each network, analysis or import side by side with its peers, which it sets up by itself, or the studio against its limits',
    )
    .addArgument(new Argument('[what]', 'what to measure').choices(Object.keys(benches)).default('all'))
    .addOption(
      new Option(
        '--python <file>',
        'a Python that has the peers already, instead of an environment of its own',
      ),
    )
    .addOption(jsonOption())
    .action(async (what: keyof typeof benches, options: { python?: string; json?: boolean }) => {
      const report = await benches[what]({
        ...(options.python === undefined ? {} : { python: options.python }),
        onProgress: printNote,
      });
      if (options.json === true) {
        printJson(report);
      } else {
        printText(benchText(report));
      }
      if (report.rows.some(({ met }) => !met)) {
        process.exitCode = exitCodes.failed;
      }
    });
}

/** The two that take minutes, one after the other. */
async function benchAll(options: PeerOptions): Promise<BenchReport> {
  const training = await benchTraining(options);
  const analysis = await benchAnalysis(options);
  return { bench: 'all', machine: training.machine, rows: [...training.rows, ...analysis.rows] };
}

function benchText({ bench, machine, rows }: BenchReport): string {
  const table = plainTable(['what', 'peer', 'ours', 'theirs', 'ratio', 'target', 'met'], rows.map(cellsOf));
  const how = rows.some(({ peer }) => peer !== null) ? '; medians of alternating runs' : '';
  return `${bench}: ${machine.cpuModel}, ${machine.cores} cores, load ${machine.loadBefore.toFixed(1)} before${how}\n${table}`;
}

function cellsOf(row: BenchRow): string[] {
  const met = row.met ? 'yes' : 'no';
  if (row.peer === null) {
    const value = `${row.value.toPrecision(3)} ${row.unit} (${row.statistic})`;
    return [row.name, '–', value, '–', row.ratio.toFixed(2), `< ${row.target} ${row.unit}`, met];
  }
  return [
    row.name,
    row.peer,
    `${row.ours.median.toPrecision(3)} ${row.ours.unit}`,
    `${row.theirs.median.toPrecision(3)} ${row.theirs.unit}`,
    row.ratio.toFixed(2),
    String(row.target),
    met,
  ];
}
