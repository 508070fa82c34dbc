import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { churnMatrix } from '../../../src/analysis/churnMatrix.ts';
import { AnalysisPool } from '../../../src/host/analysisPool.ts';
import { NoisefloorError } from '../../../src/study/errors.ts';
import { PeerProcess } from './peerProcess.ts';
import { analysisPackages, preparePythonPeer, type PeerOptions } from './pythonPeer.ts';
import { compareTimes, describeBenchMachine, type BenchReport, type ComparisonRow } from './report.ts';

/** Size of the churn matrix; smaller ones are for trying the command out. */
export interface AnalysisBenchOptions extends PeerOptions {
  /** Timed runs of each side, alternating; 7 by default. One more of each warms up. */
  readonly repeats?: number;
  /** 1,000 by default. */
  readonly replicates?: number;
  /** 10,000 by default. */
  readonly examples?: number;
}

const classes = 10;
const target = 10;

/** Beta distributions that the flip rates of the examples are drawn from: about 16 % and 42 % churn. */
const flipRates = [
  { alpha: 0.3, beta: 2.7 },
  { alpha: 0.6, beta: 1.4 },
];

const timed = z.object({ seconds: z.number().positive() });

/**
 * The churn of all pairs of replicates, against scipy's `pdist(..., 'hamming')` on the same predictions: ours starts
 * from class indices in bytes, packing included, scipy from the float64 numbers it computes on. Both end with the
 * same float64 distances, which are compared.
 * @throws NoisefloorError `bench-unequal` when the two sides disagree; `peer-missing`, `peer-failed`.
 */
export async function benchAnalysis(options: AnalysisBenchOptions = {}): Promise<BenchReport<ComparisonRow>> {
  const peer = await preparePythonPeer(analysisPackages, options);
  const machine = describeBenchMachine(peer.versions);
  const folder = await mkdtemp(join(tmpdir(), 'noisefloor-bench-'));
  const script = fileURLToPath(new URL('../../../test/benchmarks/analysisPeer.py', import.meta.url));
  const scipy = new PeerProcess(peer, script);
  const pool = new AnalysisPool();
  const rows: ComparisonRow[] = [];
  try {
    for (const rates of flipRates) rows.push(await compareMatrices(scipy, pool, folder, rates, options));
  } finally {
    scipy.close();
    await pool.close();
    await rm(folder, { recursive: true, force: true });
  }
  return { bench: 'analysis', machine, rows };
}

async function compareMatrices(
  scipy: PeerProcess,
  pool: AnalysisPool,
  folder: string,
  rates: { alpha: number; beta: number },
  { repeats = 7, replicates = 1_000, examples = 10_000, onProgress }: AnalysisBenchOptions,
): Promise<ComparisonRow> {
  const path = join(folder, 'predictions');
  const out = join(folder, 'distances');
  await scipy.ask({ make: { path, seed: 1, replicates, examples, classes, ...rates } });
  await scipy.ask({ load: { path, replicates, examples } });
  const data = new Uint8Array(await readFile(path));
  const predictions = { replicates, examples, data };
  const name = `churn matrix, ${replicates} replicates x ${examples} examples, flip rates Beta(${rates.alpha}, ${rates.beta})`;
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let repeat = 0; repeat <= repeats; repeat++) {
    const start = performance.now();
    const distances = churnMatrix(predictions, await pool.disagreements(predictions));
    const seconds = (performance.now() - start) / 1_000;
    const answer = timed.parse(await scipy.ask({ measure: { out } }));
    await requireEqual(distances, out, name);
    if (repeat === 0) continue;
    ours.push(seconds);
    theirs.push(answer.seconds);
    onProgress?.(`${name}: ${seconds.toFixed(3)} s, scipy ${answer.seconds.toFixed(3)} s`);
  }
  return compareTimes({ name, peer: 'scipy pdist hamming', target }, ours, theirs);
}

async function requireEqual(distances: Float64Array, path: string, name: string): Promise<void> {
  const bytes = new Uint8Array(await readFile(path));
  const expected = new Float64Array(bytes.buffer);
  const different = distances.findIndex((distance, pair) => distance !== expected[pair]);
  if (different === -1 && expected.length === distances.length) return;
  throw new NoisefloorError(
    'bench-unequal',
    `${name}: the results differ, so the times mean nothing. Pair ${different}: ${distances[different]} against scipy's ${expected[different]}; please report it.`,
  );
}
