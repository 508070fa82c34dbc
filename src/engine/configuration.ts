import { computesInParts } from '../networks/networkSize.ts';
import type { ExecutionConfiguration } from '../study/execution.ts';
import type { NetworkReference } from '../study/task.ts';

/**
 * How glibc allocates (others ignore it). The activations of a batch are larger than a core's cache of page addresses
 * covers with small pages, and are made anew in every step: large pages, and keeping what is freed, save 5 to 10 % of
 * a step.
 */
const allocation = [
  'glibc.malloc.hugetlb=1',
  `glibc.malloc.mmap_threshold=${String(2 ** 28)}`,
  `glibc.malloc.trim_threshold=${String(2 ** 29)}`,
].join(':');

/**
 * The environment of a process that trains a network in a given configuration. TensorFlow reads it once, while loading.
 *
 * A network whose examples are independent divides each batch over the threads (see {@link lanesOf}), whose ops then run
 * on one thread each, side by side. Where layers look at the whole batch, or there are so many weights that adding up each
 * part's gradients would cost more than it saves, each op's work is divided over the threads instead. Either decides the order of sums, so results belong to a number of threads, but repeat exactly at that number.
 */
export function environmentFor(
  configuration: ExecutionConfiguration,
  network: NetworkReference,
): Record<string, string> {
  const { device, threads, oneDnn, deterministicOps, precision } = configuration;
  const flag = deterministicOps ? '1' : '0';
  return {
    TF_NUM_INTRAOP_THREADS: String(computesInParts(network) ? 1 : threads),
    TF_NUM_INTEROP_THREADS: String(threads),
    OMP_NUM_THREADS: String(threads),
    TF_DETERMINISTIC_OPS: flag,
    TF_CUDNN_DETERMINISTIC: flag,
    TF_ENABLE_ONEDNN_OPTS: oneDnn ? '1' : '0',
    // Several replicates share a GPU: none may take all of its memory.
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    // TensorFlow sees the one GPU it is to use, or none.
    CUDA_VISIBLE_DEVICES: device === 'cpu' ? '-1' : (device.split(':')[1] ?? '0'),
    // Any other precision than TensorFloat-32 means what it says, from Ampere on too.
    NVIDIA_TF32_OVERRIDE: precision === 'tf32' ? '1' : '0',
    TF_CPP_MIN_LOG_LEVEL: '2',
    GLIBC_TUNABLES: allocation,
  };
}

/**
 * How many parts of a batch a training step computes side by side: as many as TensorFlow runs ops at once, where each op
 * has one thread.
 * @param environment of this process, as {@link environmentFor} made it; 1 where it does not say.
 */
export function lanesOf(environment: Readonly<Record<string, string | undefined>>): number {
  if ((environment.TF_NUM_INTRAOP_THREADS ?? '1') !== '1') return 1;
  const threads = Number(environment.TF_NUM_INTEROP_THREADS ?? '1');
  return Number.isInteger(threads) && threads > 0 ? threads : 1;
}

/** The variables of the environment that can change results or speed, recorded with each replicate. */
export const recordedVariables = [
  'TF_NUM_INTRAOP_THREADS',
  'TF_NUM_INTEROP_THREADS',
  'OMP_NUM_THREADS',
  'TF_DETERMINISTIC_OPS',
  'TF_CUDNN_DETERMINISTIC',
  'TF_ENABLE_ONEDNN_OPTS',
  'TF_FORCE_GPU_ALLOW_GROWTH',
  'CUDA_VISIBLE_DEVICES',
  'NVIDIA_TF32_OVERRIDE',
  'TF_XLA_FLAGS',
  'XLA_FLAGS',
  'ONEDNN_DEFAULT_FPMATH_MODE',
  'ONEDNN_MAX_CPU_ISA',
] as const;
