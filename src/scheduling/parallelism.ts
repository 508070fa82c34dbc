/** A further process must add at least this part to the throughput to be worth its memory. */
const worthwhileGain = 1.05;

/** Part of the free memory that replicates may fill. */
const memoryShare = 0.8;

/**
 * The most processes that make sense at once: no more than there are replicates, cores for their threads, or memory.
 * @param resources memory in bytes; `peakBytes` is what one process was seen to need.
 */
export function mostProcesses(resources: {
  replicates: number;
  cores: number;
  threads: number;
  freeBytes: number;
  peakBytes: number;
}): number {
  const byCores = Math.floor(resources.cores / resources.threads);
  const byMemory = Math.floor((resources.freeBytes * memoryShare) / resources.peakBytes);
  return Math.max(1, Math.min(resources.replicates, byCores, byMemory));
}

/** Throughput of a number of processes at once, in examples a second, all processes together. */
export interface MeasuredParallelism {
  processes: number;
  examplesPerSecond: number;
}

/** The next number of processes to measure, or null when more cannot help. */
export function nextToMeasure(measured: readonly MeasuredParallelism[], most: number): number | null {
  const last = measured.at(-1);
  if (last === undefined) {
    return 1;
  }
  const before = measured.at(-2);
  const stillGains =
    before === undefined || last.examplesPerSecond >= before.examplesPerSecond * worthwhileGain;
  if (!stillGains || last.processes >= most) {
    return null;
  }
  return Math.min(most, last.processes * 2);
}

/** The number of processes with the best throughput; of two that are about as good, the smaller. */
export function bestParallelism(measured: readonly MeasuredParallelism[]): number {
  let best: MeasuredParallelism | undefined;
  for (const candidate of measured) {
    if (best === undefined || candidate.examplesPerSecond > best.examplesPerSecond * worthwhileGain) {
      best = candidate;
    }
  }
  return best?.processes ?? 1;
}
