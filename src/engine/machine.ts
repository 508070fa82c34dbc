import { execFileSync } from 'node:child_process';
import { arch, cpus, platform } from 'node:os';
import process from 'node:process';
import type { ExecutionConfiguration } from '../study/execution.ts';
import { bindingOf } from './binding.ts';
import { recordedVariables } from './configuration.ts';
import type { TensorFlow } from './tensorFlow.ts';

/** What a replicate ran on. */
export interface MachineDescription {
  readonly tensorflowVersion: string;
  readonly tfjsVersion: string;
  readonly nodeVersion: string;
  readonly platform: string;
  readonly arch: string;
  readonly cpuModel: string;
  readonly cpuCount: number;
  readonly gpuModel: string | null;
  /** Version of the GPU's driver. */
  readonly driver: string | null;
  readonly threads: number;
  /** Devices that TensorFlow sees in this process, named as in a study: `cpu`, `gpu`. */
  readonly devices: readonly string[];
  /** The variables of the environment that can change results or speed, where set. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Describes the machine and versions that this process computes with. */
export function describe(tf: TensorFlow, configuration: ExecutionConfiguration): MachineDescription {
  const binding = bindingOf(tf);
  const usesGpu = binding.isUsingGpuDevice();
  const gpu = usesGpu
    ? describeGpu(process.env.CUDA_VISIBLE_DEVICES ?? configuration.device.split(':')[1] ?? '0')
    : { model: null, driver: null };
  const processors = cpus();
  return {
    tensorflowVersion: binding.TF_Version,
    tfjsVersion: tf.version['tfjs-node'],
    nodeVersion: process.versions.node,
    platform: platform(),
    arch: arch(),
    cpuModel: processors[0]?.model.trim() ?? 'unknown',
    cpuCount: processors.length,
    gpuModel: gpu.model,
    driver: gpu.driver,
    threads: configuration.threads,
    devices: usesGpu ? ['cpu', 'gpu'] : ['cpu'],
    environment: Object.fromEntries(
      recordedVariables.flatMap((name) => {
        const value = process.env[name];
        return value === undefined ? [] : [[name, value]];
      }),
    ),
  };
}

function describeGpu(index: string): { model: string | null; driver: string | null } {
  try {
    const line = execFileSync(
      'nvidia-smi',
      [`--id=${index}`, '--query-gpu=name,driver_version', '--format=csv,noheader'],
      { encoding: 'utf8', timeout: 10_000, stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const [model, driver] = line.trim().split(/,\s*/);
    return { model: model ?? null, driver: driver ?? null };
  } catch {
    // A GPU without nvidia-smi is still a GPU: it is recorded without a name.
    return { model: null, driver: null };
  }
}
