import type { ExecutionConfiguration } from '../study/execution.ts';

/**
 * The environment of a process that computes in a given configuration. TensorFlow reads it once, while loading.
 *
 * `threads` is the size of the pool that an op's work is divided over, which decides the order of its sums. Ops run one
 * after another (one inter-op thread): running independent ops at once changes no sum, but would take more processors
 * than the configuration says, and replicates run side by side already.
 */
export function environmentFor(configuration: ExecutionConfiguration): Record<string, string> {
  const { device, threads, oneDnn, deterministicOps } = configuration;
  const flag = deterministicOps ? '1' : '0';
  return {
    TF_NUM_INTRAOP_THREADS: String(threads),
    TF_NUM_INTEROP_THREADS: '1',
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
  };
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
