import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { networkNames, networkTitle, smallestImageSide } from '../../../src/networks/catalogue.ts';
import type { NetworkName } from '../../../src/networks/networkKind.ts';
import { preparePythonPeer, trainingPackages, type PeerOptions, type PythonPeer } from './pythonPeer.ts';
import { describeBenchMachine, timingsOf, type BenchReport, type ComparisonRow } from './report.ts';
import { alternateEpochs, faster, prepareSides, writeExamples } from './training.ts';
import { TrainingSide, type Workload } from './trainingSides.ts';

/** Smaller numbers are for trying the command out. */
export interface NetworksBenchOptions extends PeerOptions {
  /** Most timed rounds of each side, alternating; 9 by default. One more of each warms up. */
  readonly repeats?: number;
  /** Steps of a round; 3 by default. */
  readonly steps?: number;
  /** Which networks to measure; all by default. */
  readonly only?: readonly NetworkName[];
}

const batch = 8;
/** Networks that are prepared at once: what takes long there, a processor's second core has time for. */
const together = 2;
/** Rounds of a network begin within so many seconds. */
const secondsEach = 10;
const targets = { each: 0.9, median: 1.2 } as const;

/**
 * Every network side by side with Keras on the same TensorFlow version: batches of 8 of the smallest images that Keras
 * builds it for, from the same initial weights. The first loss is compared before anything is timed. Networks whose rounds
 * are long have fewer of them, three at least, so that all are done in ten minutes; each row says how many.
 * @throws NoisefloorError `bench-unequal` when the sides do not train the same network; `peer-missing`, `peer-failed`.
 */
export async function benchNetworks(options: NetworksBenchOptions = {}): Promise<BenchReport<ComparisonRow>> {
  const peer = await preparePythonPeer(trainingPackages, options);
  const machine = describeBenchMachine(peer.versions);
  const names = options.only ?? networkNames;
  const rows: ComparisonRow[] = [];
  for (let from = 0; from < names.length; from += together) {
    rows.push(...(await compareSome(names.slice(from, from + together), peer, options)));
  }
  return { bench: 'networks', machine, rows: [...rows, medianRow(rows)] };
}

/** Prepares some networks at once, and times one after the other. */
async function compareSome(
  networks: readonly NetworkName[],
  peer: PythonPeer,
  options: NetworksBenchOptions,
): Promise<ComparisonRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'noisefloor-bench-'));
  const comparisons = networks.map((network) => new Comparison(network, peer, folder, options));
  try {
    await Promise.all(comparisons.map((comparison) => comparison.prepare()));
    const rows: ComparisonRow[] = [];
    for (const comparison of comparisons) rows.push(await comparison.measure());
    return rows;
  } finally {
    for (const comparison of comparisons) comparison.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** One network, as Noisefloor and as Keras train it. */
class Comparison {
  readonly #what: string;
  readonly #sides: { readonly ours: TrainingSide; readonly keras: TrainingSide };
  readonly #workload: Workload;
  readonly #options: NetworksBenchOptions;

  constructor(network: NetworkName, peer: PythonPeer, parent: string, options: NetworksBenchOptions) {
    const side = Math.max(32, smallestImageSide(network));
    const examples = batch * (options.steps ?? 3);
    this.#what = `${networkTitle(network)}, batch ${String(batch)}, ${String(side)} x ${String(side)} x 3`;
    this.#sides = {
      ours: TrainingSide.ours(1, availableParallelism(), network),
      keras: TrainingSide.keras(peer),
    };
    const folder = join(parent, network);
    this.#workload = { folder, network, side, batch, examples, learningRate: 1e-4, losses: 1 };
    this.#options = options;
  }

  async prepare(): Promise<void> {
    const { folder, examples, side } = this.#workload;
    this.#options.onProgress?.(`preparing ${this.#what}`);
    await mkdir(folder);
    await writeExamples(folder, examples, side);
    await prepareSides(Object.values(this.#sides), this.#workload);
  }

  async measure(): Promise<ComparisonRow> {
    const { repeats = 9, onProgress = () => undefined } = this.#options;
    onProgress(this.#what);
    const times = await alternateEpochs(this.#sides, { repeats, seconds: secondsEach, onProgress });
    const rate = (of: keyof typeof times): number[] =>
      times[of].map(({ wall }) => this.#workload.examples / wall);
    const rounds = `${this.#what}, ${String(times.ours.length)} rounds`;
    return faster(rounds, 'Keras model.fit', targets.each, rate('ours'), rate('keras'));
  }

  close(): void {
    for (const side of Object.values(this.#sides)) side.close();
  }
}

function medianRow(rows: readonly ComparisonRow[]): ComparisonRow {
  const ours = timingsOf(
    rows.map(({ ratio }) => ratio),
    'times Keras',
  );
  const theirs = timingsOf([1], 'times Keras');
  const ratio = ours.median;
  const { median: target } = targets;
  return {
    name: 'all networks, median',
    peer: 'Keras model.fit',
    ratio,
    target,
    met: ratio >= target,
    ours,
    theirs,
  };
}
