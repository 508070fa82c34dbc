import { describe, expect, it } from 'vitest';
import { bestParallelism, mostProcesses, nextToMeasure } from '../../src/scheduling/parallelism.ts';

const gibibyte = 2 ** 30;

describe('the most processes that make sense', () => {
  it.each([
    ['replicates', { replicates: 3, cores: 16, threads: 1 }, 3],
    ['cores', { replicates: 100, cores: 16, threads: 1 }, 16],
    ['cores for their threads', { replicates: 100, cores: 16, threads: 3 }, 5],
    ['one, however few cores', { replicates: 100, cores: 2, threads: 8 }, 1],
    // 0.8 x 8 GiB hold 6 of 1 GiB.
    ['memory', { replicates: 100, cores: 16, threads: 1, freeBytes: 8 * gibibyte }, 6],
    ['one, however little memory', { replicates: 100, cores: 16, threads: 1, freeBytes: 1 }, 1],
  ])('is limited by %s', (_, resources, expected) => {
    expect(mostProcesses({ freeBytes: 1000 * gibibyte, peakBytes: gibibyte, ...resources })).toBe(expected);
  });
});

/** Measures a machine whose throughput by processes is known until more cannot help. */
function measure(throughput: (processes: number) => number, most: number) {
  const measured: { processes: number; examplesPerSecond: number }[] = [];
  for (let next = nextToMeasure(measured, most); next !== null; next = nextToMeasure(measured, most)) {
    measured.push({ processes: next, examplesPerSecond: throughput(next) });
  }
  return { tried: measured.map(({ processes }) => processes), best: bestParallelism(measured) };
}

describe('measuring how many processes are fastest', () => {
  it('doubles while that pays, up to the most', () => {
    expect(measure((processes) => 100 * processes, 12)).toEqual({ tried: [1, 2, 4, 8, 12], best: 12 });
  });

  it('ends when twice as many bring less than a twentieth more, and keeps the fewer', () => {
    const throughput = (processes: number) => 100 * Math.min(processes, 2) + processes;
    expect(measure(throughput, 64)).toEqual({ tried: [1, 2, 4], best: 2 });
  });

  it('keeps one where more get in each other’s way', () => {
    expect(measure((processes) => 100 / processes, 64)).toEqual({ tried: [1, 2], best: 1 });
    expect(measure(() => 100, 1)).toEqual({ tried: [1], best: 1 });
  });

  it('takes one where nothing was measured', () => {
    expect(bestParallelism([])).toBe(1);
  });
});
