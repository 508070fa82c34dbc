import { readFileSync, statSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { readNpy } from '../../formats/npy.ts';
import type { SavedTensor } from '../../results/record.ts';
import { decodeSafetensors } from '../../results/safetensors.ts';
import { readKerasWeights } from '../kerasWeightsFile.ts';
import { invalidLog } from './textFile.ts';

/** What files of weights are called: the epoch is a group, where it is there. */
export const weightsName =
  /^(?:ckpt|checkpoint|weights|model)(?:[-_.]?(?:epoch)?[-_]?(\d+))?\.(?:h5|hdf5|safetensors|npz)$/i;

const mostBytes = 2 ** 31 - 1;

/** Batch normalisation's moving statistics, by the names that Keras and PyTorch have for them. */
const movingStatistic = /(moving_mean|moving_variance|running_mean|running_var)$/;

/**
 * Reads weights as Keras wrote them into HDF5, of a safetensors file, or of an `.npz` file of float32 arrays.
 * @throws NoisefloorError `log-invalid`, `hdf5-unreadable`, `keras-weights-unknown`, `tensor-file-damaged`.
 */
export async function readWeightsFile(file: string): Promise<readonly SavedTensor[]> {
  if (/\.(h5|hdf5)$/i.test(file)) return readKerasWeights(file);
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > mostBytes) throw invalidLog(file, null, 'it is larger than 2 GiB.');
  const bytes = readFileSync(file);
  if (/\.safetensors$/i.test(file)) {
    const { tensors } = decodeSafetensors(bytes, file);
    return tensors.map((tensor) =>
      movingStatistic.test(tensor.name) ? { ...tensor, role: 'moving-statistic' } : tensor,
    );
  }
  return tensorsOfNpz(file, bytes);
}

function tensorsOfNpz(file: string, bytes: Uint8Array): SavedTensor[] {
  let total = 0;
  let arrays: Record<string, Uint8Array>;
  try {
    arrays = unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        total += originalSize;
        if (total > mostBytes) throw new RangeError('it unpacks to more than 2 GiB');
        return name.endsWith('.npy');
      },
    });
  } catch (cause) {
    throw invalidLog(
      file,
      null,
      `it cannot be unpacked: ${cause instanceof Error ? cause.message : String(cause)}.`,
    );
  }
  const names = Object.keys(arrays);
  if (names.length === 0) throw invalidLog(file, null, 'it holds no array.');
  return names.map((packed): SavedTensor => {
    const name = packed.replace(/\.npy$/, '');
    try {
      const { shape, dtype, bytes: values } = readNpy(arrays[packed] ?? new Uint8Array());
      const role = movingStatistic.test(name) ? 'moving-statistic' : 'weight';
      return { name, shape: [...shape], role, data: floats(dtype, values) };
    } catch (cause) {
      throw invalidLog(
        file,
        null,
        `its array ${name}: ${cause instanceof Error ? cause.message : String(cause)}.`,
      );
    }
  });
}

/** @throws Error for anything but float32 and float64. */
function floats(dtype: string, bytes: Uint8Array): Float32Array {
  const own = Uint8Array.from(bytes).buffer;
  if (dtype === 'f4') return new Float32Array(own);
  if (dtype === 'f8') return Float32Array.from(new Float64Array(own));
  throw new Error(`its values are of type ${dtype}; float32 was expected`);
}
