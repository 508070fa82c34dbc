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

/** Several measurements of one thing: every timing, and their median. */
export interface BenchTimings {
  readonly median: number;
  readonly values: readonly number[];
  /** `s`, or `examples/s`. */
  readonly unit: string;
}

interface Row {
  readonly name: string;
  readonly met: boolean;
}

/** One comparison with a peer. */
export interface ComparisonRow extends Row {
  readonly peer: string;
  /** How many times better than the peer, from the medians. */
  readonly ratio: number;
  /** Least ratio wanted. */
  readonly target: number;
  readonly ours: BenchTimings;
  readonly theirs: BenchTimings;
}

/** One measurement against a limit of its own, without a peer. */
export interface LimitRow extends Row {
  readonly peer: null;
  /** How many times better than the limit. */
  readonly ratio: number;
  /** Most that is wanted, in `unit`. */
  readonly target: number;
  readonly value: number;
  readonly unit: string;
  /** Which number of the measurements `value` is: `median`, `p95` or `max`. */
  readonly statistic: LimitStatistic;
  readonly values: readonly number[];
}

export type LimitStatistic = 'median' | 'p95' | 'max';

export type BenchRow = ComparisonRow | LimitRow;

/** What `bench --json` prints. */
export interface BenchReport<Row extends BenchRow = BenchRow> {
  readonly bench: string;
  readonly machine: BenchMachine;
  readonly rows: readonly Row[];
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
  row: Pick<ComparisonRow, 'name' | 'peer' | 'target'>,
  ours: readonly number[],
  theirs: readonly number[],
): ComparisonRow {
  const own = timingsOf(ours, 's');
  const peer = timingsOf(theirs, 's');
  const ratio = peer.median / own.median;
  return { ...row, ratio, met: ratio >= row.target, ours: own, theirs: peer };
}

/** The row of measurements of which the smaller is better; nothing measured, or NaN, meets no limit. */
export function compareLimit(
  row: Pick<LimitRow, 'name' | 'target' | 'unit' | 'statistic'>,
  values: readonly number[],
): LimitRow {
  const value = statisticOf(values, row.statistic);
  return { ...row, peer: null, ratio: row.target / value, met: value < row.target, value, values };
}

function statisticOf(values: readonly number[], statistic: LimitStatistic): number {
  if (values.length === 0) return Number.NaN;
  if (statistic === 'median') return timingsOf(values, '').median;
  const sorted = values.toSorted((first, second) => first - second);
  const share = statistic === 'max' ? 1 : 0.95;
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
}
