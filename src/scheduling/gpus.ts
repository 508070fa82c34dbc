import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { NoisefloorError } from '../study/errors.ts';
import { listAnd } from '../study/nearest.ts';

/** A GPU of this machine, as nvidia-smi lists it. */
export interface Gpu {
  /** Its number in nvidia-smi, which goes by the places on the bus. */
  readonly index: number;
  readonly uuid: string;
  readonly name: string;
  readonly memoryBytes: number;
}

const query = ['--query-gpu=index,uuid,name,memory.total', '--format=csv,noheader,nounits'];
const mebibyte = 2 ** 20;
const longestWait = 20_000;

/**
 * The GPUs that this process may use, by their numbers; none where there is no nvidia-smi.
 * @param environment of this process: `CUDA_VISIBLE_DEVICES` hides what it does not name.
 */
export async function listGpus(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Gpu[]> {
  let output: string;
  try {
    const options = { timeout: longestWait, env: environment };
    output = (await promisify(execFile)('nvidia-smi', query, options)).stdout;
  } catch {
    // A machine without its program, or without a driver that answers, has no GPU that is known.
    return [];
  }
  return visibleGpus(parseGpus(output), environment.CUDA_VISIBLE_DEVICES);
}

/** GPUs from lines such as `0, GPU-5d0c1b2e-..., NVIDIA H100 80GB HBM3, 81559`; lines of another form are passed over. */
export function parseGpus(output: string): Gpu[] {
  return output.split('\n').flatMap((line) => {
    const [, index, uuid, name, memory] = /^\s*(\d+), (GPU-[^,\s]+), (.+), ([^,]+)$/.exec(line.trim()) ?? [];
    if (index === undefined || uuid === undefined || name === undefined) return [];
    const mebibytes = Number(memory);
    const memoryBytes = Number.isFinite(mebibytes) ? mebibytes * mebibyte : 0;
    return [{ index: Number(index), uuid, name, memoryBytes }];
  });
}

/**
 * What CUDA shows of the GPUs: numbers or beginnings of UUIDs with commas between them, up to the first that is none.
 * @param setting of `CUDA_VISIBLE_DEVICES`; undefined shows all.
 */
export function visibleGpus(gpus: readonly Gpu[], setting: string | undefined): Gpu[] {
  if (setting === undefined) return [...gpus];
  const shown: Gpu[] = [];
  for (const word of setting.split(',').map((part) => part.trim())) {
    const found = gpus.find(({ index, uuid }) =>
      word.startsWith('GPU-') ? uuid.startsWith(word) : word === String(index),
    );
    if (found === undefined) break;
    if (!shown.includes(found)) shown.push(found);
  }
  return shown;
}

/**
 * The GPUs that the replicates of a study are spread over.
 * @param device of the study's execution: `gpu` takes all that are like the first, `gpu:1` that one.
 * @param asked numbers that a person gave instead; null where nobody did.
 * @param gpus those that may be used.
 * @returns none on a CPU, and none where no GPU is known: then TensorFlow says what it misses.
 * @throws NoisefloorError `invalid-devices` where a study on a CPU is given GPUs or the same one twice, `device-unavailable`.
 */
export function chooseGpus(device: string, asked: readonly number[] | null, gpus: readonly Gpu[]): Gpu[] {
  if (device === 'cpu') {
    if (asked === null) return [];
    throw new NoisefloorError(
      'invalid-devices',
      'This study computes on the CPU, so its replicates cannot be spread over GPUs. Give it the device gpu.',
    );
  }
  const [, number] = device.split(':');
  const named = asked ?? (number === undefined ? null : [Number(number)]);
  const [first] = gpus;
  if (named === null) return gpus.filter(({ name }) => name === first?.name);
  if (new Set(named).size < named.length || named.length === 0) {
    throw new NoisefloorError('invalid-devices', 'Name each GPU once, and at least one.');
  }
  if (asked === null && first === undefined) return [];
  return named.map((index) => {
    const found = gpus.find((gpu) => gpu.index === index);
    if (found !== undefined) return found;
    const there = gpus.map((gpu) => `${gpu.index} (${gpu.name})`);
    throw new NoisefloorError(
      'device-unavailable',
      `There is no GPU ${index} that may be used here; there ${there.length === 0 ? 'is none' : `are ${listAnd(there)}`}. "nvidia-smi -L" lists them, and CUDA_VISIBLE_DEVICES hides those that it does not name.`,
      { details: { index, known: gpus.map((gpu) => gpu.index) } },
    );
  });
}

/** A GPU as an execution configuration names it. */
export function deviceOf({ index }: Gpu): string {
  return `gpu:${index}`;
}
