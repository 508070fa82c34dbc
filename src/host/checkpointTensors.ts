import type { LibraryClient } from '../library/client.ts';
import type { SavedTensor } from '../results/record.ts';
import { decodeSafetensors } from '../results/safetensors.ts';

/**
 * The tensors of a replicate's checkpoint, the optimiser's state among them.
 * @returns null where none was kept after that epoch.
 * @throws NoisefloorError `library-damaged`, `tensor-file-damaged`.
 */
export async function checkpointTensors(
  library: LibraryClient,
  replicate: string,
  epoch: number,
): Promise<SavedTensor[] | null> {
  const checkpoint = await library.checkpoint(replicate, epoch);
  if (checkpoint === null) return null;
  return decodeSafetensors(checkpoint.bytes, `the checkpoint of ${replicate} after epoch ${epoch}`).tensors;
}

/** The same of several replicates; of those that kept one. */
export async function checkpointsOf(
  library: LibraryClient,
  replicates: readonly string[],
  epoch: number,
): Promise<SavedTensor[][]> {
  const found: SavedTensor[][] = [];
  for (const replicate of replicates) {
    const tensors = await checkpointTensors(library, replicate, epoch);
    if (tensors !== null) found.push(tensors);
  }
  return found;
}
