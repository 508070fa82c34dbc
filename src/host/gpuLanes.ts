import { listAnd } from '../study/nearest.ts';
import { chooseGpus, listGpus, type Gpu } from '../scheduling/gpus.ts';
import type { ExecutionConfiguration } from '../study/execution.ts';
import type { Study } from '../study/study.ts';

/**
 * The GPUs of this machine that a study's replicates are spread over.
 * @param asked numbers that a person gave; null for those that its device means.
 * @throws NoisefloorError `invalid-devices`, `device-unavailable`.
 */
export async function gpusOf({ execution }: Study, asked: readonly number[] | null): Promise<Gpu[]> {
  const isOnCpu = execution.device === 'cpu';
  return chooseGpus(execution.device, asked, isOnCpu ? [] : await listGpus());
}

/**
 * How many replicates run at once.
 * @param parallel as a person said; null where nobody did.
 * @param measured what was fastest when it was tried.
 */
export function atOnce(
  parallel: number | null,
  gpus: readonly Gpu[],
  asked: readonly number[] | null,
  measured: number,
): number {
  if (parallel !== null) return parallel;
  if (gpus.length === 0) return measured;
  return asked === null ? Math.min(measured, gpus.length) : gpus.length;
}

/** What a person should know of where replicates run, in a sentence; null where there is nothing to say. */
export function gpuSentence(gpus: readonly Gpu[]): string | null {
  if (gpus.length < 2) return null;
  const names = [...new Set(gpus.map(({ name }) => name))];
  const numbers = listAnd(gpus.map(({ index }) => String(index)));
  if (names.length === 1) {
    return `Replicates are spread over the GPUs ${numbers} (${names.join()}); each replicate has one of them, which is recorded with it.`;
  }
  const models = listAnd(gpus.map(({ index, name }) => `${index} is ${name}`));
  return `Replicates are spread over the GPUs ${numbers}, which are not of one model: ${models}. Replicates may differ for that alone; the GPU is recorded with each.`;
}

/** What shows a program of one's own the GPU that it is to use: nothing where none is named. */
export function gpuEnvironment({ device }: ExecutionConfiguration): Record<string, string> {
  const [, number] = device.split(':');
  // GPUs are numbered as nvidia-smi does.
  return number === undefined ? {} : { CUDA_DEVICE_ORDER: 'PCI_BUS_ID', CUDA_VISIBLE_DEVICES: number };
}
