import type { VaryingImplementation } from '../study/variant.ts';

/** Up to this many replicates, thread counts from 1 to that many are all reasonable on a workstation. */
const mostThreadCounts = 8;

/** Whether runs that were told to be equal came out equal. */
export interface Repeatability {
  repeatable: boolean;
  /** How many processes were compared. */
  processes: number;
  steps: number;
}

/** Compares the last fingerprints, one a tensor, of processes that took the same steps. */
export function judgeRepeatability(
  fingerprints: readonly (readonly number[])[],
  steps: number,
): Repeatability {
  const first = fingerprints[0];
  const repeatable = fingerprints.every(
    (other) => other.length === first?.length && other.every((value, tensor) => value === first[tensor]),
  );
  return { repeatable, processes: fingerprints.length, steps };
}

/** What stands for implementation noise by default on this device, and why, in a sentence. */
export function defaultImplementation(
  repeatability: Repeatability,
  replicates: number,
): { implementation: VaryingImplementation; sentence: string } {
  const { repeatable, processes, steps } = repeatability;
  if (!repeatable) {
    return {
      implementation: 'device',
      sentence: `This device does not repeat itself: ${processes} processes parted within ${steps} identical steps. So implementation noise is the device's own.`,
    };
  }
  const same = `This device repeats itself bit for bit (${processes} processes agreed after ${steps} steps), so it adds no noise of its own.`;
  return replicates <= mostThreadCounts
    ? {
        implementation: 'configuration',
        sentence: `${same} Implementation noise is the execution configuration: replicate 1 runs with 1 thread, replicate 2 with 2, and so on.`,
      }
    : {
        implementation: 'accumulation-order',
        sentence: `${same} Implementation noise is stood in for by accumulation order: the examples inside each mini-batch are permuted.`,
      };
}
