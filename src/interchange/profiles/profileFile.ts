import type { KernelProfile } from '../../analysis/kernelProfile.ts';

/** A profiler whose files are read. */
export type Profiler = 'nvprof' | 'nsys';

/** A profile with what its file says beside it. */
export interface ProfileFile extends KernelProfile {
  /** Absolute. */
  readonly file: string;
  readonly profiler: Profiler;
  /** The command that was profiled; null where the file does not say. */
  readonly command: string | null;
  /**
   * What the reference's script takes for the time of all activities: the mean of the first row over its share, whatever the
   * units. Null where a file has none.
   */
  readonly referenceTime: number | null;
}

const nanoseconds: Readonly<Record<string, number>> = {
  ...{ ns: 1, nsec: 1, us: 1e3, usec: 1e3, µs: 1e3, μs: 1e3 },
  ...{ ms: 1e6, msec: 1e6, s: 1e9, sec: 1e9, m: 60e9 },
};

/** How many nanoseconds a unit of time has; null for what is none. */
export function nanosecondsOf(unit: string): number | null {
  return nanoseconds[unit.trim().toLowerCase()] ?? null;
}
