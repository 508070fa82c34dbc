import type { ExecutionConfiguration } from '../study/execution.ts';

/**
 * The environment of a process that computes in a given configuration. TensorFlow reads it once, while loading.
 *
 * `threads` is both the size of the pool that one op's work is divided over and the number of ops that may run at once:
 * a training step divides its batch into as many parts (see {@link lanesOf}). Either decides the order of sums, so
 * results belong to a number of threads, but repeat exactly at that number.
 */
export function environmentFor(configuration: ExecutionConfiguration): Record<string, string> {
  const { device, threads, oneDnn, deterministicOps } = configuration;
  const flag = deterministicOps ? '1' : '0';
  return {
    TF_NUM_INTRAOP_THREADS: String(threads),
    TF_NUM_INTEROP_THREADS: String(threads),
    OMP_NUM_THREADS: String(threads),
    TF_DETERMINISTIC_OPS: flag,
    TF_CUDNN_DETERMINISTIC: flag,
    TF_ENABLE_ONEDNN_OPTS: oneDnn ? '1' : '0',
    // Several replicates share a GPU: none may take all of its memory.
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    // TensorFlow sees the one GPU it is to use, or none.
    CUDA_VISIBLE_DEVICES: device === 'cpu' ? '-1' : (device.split(':')[1] ?? '0'),
    // Precision float32 means float32: no TensorFloat-32 from Ampere on.
    NVIDIA_TF32_OVERRIDE: '0',
    TF_CPP_MIN_LOG_LEVEL: '2',
    // Activations of a batch are larger than a core's cache of page addresses covers with small pages (glibc only).
    GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1',
  };
}

/**
 * How many parts of a batch a training step computes side by side: as many as TensorFlow runs ops at once.
 * @param environment of this process, as {@link environmentFor} made it; 1 where it does not say.
 */
export function lanesOf(environment: Readonly<Record<string, string | undefined>>): number {
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
