import util from 'node:util';
import { NoisefloorError } from '../study/errors.ts';
import type { ExecutionConfiguration } from '../study/execution.ts';
import { bindingOf } from './binding.ts';
import { describe, type MachineDescription } from './machine.ts';
import type { TensorFlow } from './tensorFlow.ts';

export type { MachineDescription } from './machine.ts';

let loading: Promise<TensorFlow> | undefined;
let loaded: TensorFlow | undefined;

/**
 * Loads TensorFlow into this process. Threads, devices and flags must be in the environment by then: see
 * `environmentFor`.
 * @throws NoisefloorError `tensorflow-missing` if it is not set up or cannot be loaded.
 */
export async function loadTensorFlow(): Promise<TensorFlow> {
  loading ??= load();
  return loading;
}

async function load(): Promise<TensorFlow> {
  // tfjs-node 4.22 calls functions of `util` that Node has since dropped, or warns of.
  const legacy = util as unknown as Record<string, unknown>;
  legacy.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  legacy.isArray = Array.isArray;
  // TensorFlow logs from C++ below this level; 2 keeps errors.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  let tf: TensorFlow;
  try {
    const imported = (await import('@tensorflow/tfjs-node-gpu')) as TensorFlow & { default?: TensorFlow };
    tf = imported.default ?? imported;
  } catch (cause) {
    throw new NoisefloorError(
      'tensorflow-missing',
      `TensorFlow could not be loaded (${cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)}). Run \`noisefloor doctor\` to see which part is missing; any command that trains sets it up.`,
      { cause },
    );
  }
  await tf.ready();
  loaded = tf;
  return tf;
}

/** The TensorFlow that {@link loadTensorFlow} has loaded. @throws Error if it has not been. */
export function loadedTensorFlow(): TensorFlow {
  if (loaded === undefined) throw new Error('loadTensorFlow must have been awaited first.');
  return loaded;
}

/**
 * Describes the machine, the versions and the environment that this process computes with. To be called once TensorFlow
 * is loaded.
 * @throws NoisefloorError `device-missing` if TensorFlow does not have the configuration's device.
 */
export function describeMachine(configuration: ExecutionConfiguration): MachineDescription {
  const tf = loadedTensorFlow();
  requireDevice(tf, configuration.device);
  return describe(tf, configuration);
}

/** @throws NoisefloorError `device-missing` if TensorFlow does not have that device in this process. */
function requireDevice(tf: TensorFlow, device: string): void {
  const usesGpu = bindingOf(tf).isUsingGpuDevice();
  if ((device === 'cpu') !== usesGpu) return;
  throw new NoisefloorError(
    'device-missing',
    usesGpu
      ? 'The study asks for the CPU, but TensorFlow computes on a GPU in this process.'
      : `The study asks for the device "${device}", but TensorFlow lists no such device here: only "cpu". Set execution.device to "cpu", or see \`noisefloor doctor\` for what the GPU lacks.`,
  );
}
