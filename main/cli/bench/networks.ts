import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { networkNames, networkTitle, smallestImageSide } from '../../../src/networks/catalogue.ts';
import type { NetworkName } from '../../../src/networks/networkKind.ts';
import { preparePythonPeer, trainingPackages, type PeerOptions, type PythonPeer } from './pythonPeer.ts';
import { describeBenchMachine, timingsOf, type BenchReport, type ComparisonRow } from './report.ts';
import { alternate, faster, writeExamples } from './training.ts';
import { TrainingSide } from './trainingSides.ts';

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
/** Rounds of a network begin within so many seconds. */
const secondsEach = 12;
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
  const rows: ComparisonRow[] = [];
  for (const network of options.only ?? networkNames) rows.push(await compare(network, peer, options));
  return { bench: 'networks', machine, rows: [...rows, medianRow(rows)] };
}

async function compare(
  network: NetworkName,
  peer: PythonPeer,
  options: NetworksBenchOptions,
): Promise<ComparisonRow> {
  const { repeats = 9, steps = 3, onProgress = () => undefined } = options;
  const side = Math.max(32, smallestImageSide(network));
  const examples = batch * steps;
  const what = `${networkTitle(network)}, batch ${String(batch)}, ${String(side)} x ${String(side)} x 3`;
  onProgress(what);
  const folder = await mkdtemp(join(tmpdir(), 'noisefloor-bench-'));
  try {
    await writeExamples(folder, examples, side);
    const sides = {
      ours: TrainingSide.ours(1, availableParallelism(), network),
      keras: TrainingSide.keras(peer),
    };
    const workload = { folder, network, side, batch, examples, learningRate: 1e-4, losses: 1 };
    const times = await alternate(sides, workload, { repeats, seconds: secondsEach, onProgress });
    const rate = (of: keyof typeof sides): number[] => times[of].map(({ wall }) => examples / wall);
    const rounds = `${what}, ${String(times.ours.length)} rounds`;
    return faster(rounds, 'Keras model.fit', targets.each, rate('ours'), rate('keras'));
  } finally {
    await rm(folder, { recursive: true, force: true });
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
