import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** The machine that a comparison ran on. */
export interface BenchMachine {
  readonly cpuModel: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly platform: string;
  readonly architecture: string;
  readonly nodeVersion: string;
  /** Mean number of running processes in the minute before the comparison began: noise in its timings. */
  readonly loadBefore: number;
  /** Versions of the peers, by name. */
  readonly peers: Readonly<Record<string, string>>;
}

/** One side of a comparison: every timing, and their median. */
export interface BenchTimings {
  readonly median: number;
  readonly values: readonly number[];
  /** `s`, or `examples/s`. */
  readonly unit: string;
}

/** One comparison with a peer. */
export interface BenchRow {
  readonly name: string;
  readonly peer: string;
  /** How many times better than the peer, from the medians. */
  readonly ratio: number;
  /** Least ratio wanted. */
  readonly target: number;
  readonly met: boolean;
  readonly ours: BenchTimings;
  readonly theirs: BenchTimings;
}

/** What `bench --json` prints. */
export interface BenchReport {
  readonly bench: string;
  readonly machine: BenchMachine;
  readonly rows: readonly BenchRow[];
}

/** Describes this machine; called before anything is measured. */
export function describeBenchMachine(peers: Readonly<Record<string, string>>): BenchMachine {
  return {
    cpuModel: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    platform: process.platform,
    architecture: process.arch,
    nodeVersion: process.versions.node,
    loadBefore: loadavg()[0] ?? 0,
    peers,
  };
}

/** The timings of one side with their median. */
export function timingsOf(values: readonly number[], unit: string): BenchTimings {
  const sorted = values.toSorted((first, second) => first - second);
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1);
  const median = middle.reduce((sum, value) => sum + value, 0) / middle.length;
  return { median, values, unit };
}

/** The row of a comparison in which the shorter time wins; times in seconds. */
export function compareTimes(
  row: Pick<BenchRow, 'name' | 'peer' | 'target'>,
  ours: readonly number[],
  theirs: readonly number[],
): BenchRow {
  const own = timingsOf(ours, 's');
  const peer = timingsOf(theirs, 's');
  const ratio = peer.median / own.median;
  return { ...row, ratio, met: ratio >= row.target, ours: own, theirs: peer };
}
