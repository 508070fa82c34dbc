import type { StudioClient } from '../host/connection.ts';

/** As the host lists it; the stores know this file, which must not know them. */
type ReplicateRow = Awaited<ReturnType<StudioClient['replicates']['list']>>['items'][number];

/** What replicates can be grouped by: their variant, or anything recorded of how they were computed. */
export const groupings = [
  'variant',
  'tag',
  'device',
  'threads',
  'precision',
  'kernels',
  'oneDnn',
  'cpu',
  'gpu',
  'tensorflow',
] as const;
export type Grouping = (typeof groupings)[number];

export const groupingLabels: Record<Grouping, string> = {
  variant: 'Variant',
  tag: 'Tag',
  device: 'Device',
  threads: 'Threads',
  precision: 'Precision',
  kernels: 'Deterministic kernels',
  oneDnn: 'oneDNN',
  cpu: 'CPU model',
  gpu: 'GPU model',
  tensorflow: 'TensorFlow version',
};

const unknown = 'not recorded';

/** The groups that a replicate is in: one, or one for each of its tags. */
export function groupsOf(replicate: ReplicateRow, grouping: Grouping): readonly string[] {
  const { variant, tags, device, threads, precision, deterministicOps, oneDnn } = replicate;
  switch (grouping) {
    case 'variant':
      return [variant];
    case 'tag':
      return tags.length === 0 ? ['no tag'] : tags;
    case 'device':
      return [device];
    case 'threads':
      return [threads === 1 ? '1 thread' : `${String(threads)} threads`];
    case 'precision':
      return [precision];
    case 'kernels':
      return [deterministicOps ? 'deterministic' : 'any kernel'];
    case 'oneDnn':
      return [oneDnn ? 'with oneDNN' : 'without oneDNN'];
    case 'cpu':
      return [replicate.cpuModel ?? unknown];
    case 'gpu':
      return [replicate.gpuModel ?? (device === 'cpu' ? 'no GPU used' : unknown)];
    case 'tensorflow':
      return [replicate.tensorFlow ?? unknown];
  }
}
