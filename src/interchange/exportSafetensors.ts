import { writeFileSync } from 'node:fs';
import { encodeSafetensors } from '../results/safetensors.ts';
import { distinctNames, type ExportTarget } from './exportFolder.ts';
import type { ExportedStudy } from './exportedStudy.ts';

/**
 * Writes every checkpoint that was kept as `<variant>/<replicate>/epoch-<epoch>.safetensors`: weights and moving statistics,
 * float32, by the names of the network's layers. The metadata of a file say what it is of.
 * @returns how many there were.
 */
export async function exportSafetensors(study: ExportedStudy, target: ExportTarget): Promise<number> {
  const folders = distinctNames(study.detail.variants.map(({ name }) => name));
  let count = 0;
  for (const { id, variant, index } of study.counted) {
    for (const epoch of await study.checkpointsOf(id)) {
      const tensors = await study.weightsOf(id, epoch);
      if (tensors === null) continue;
      const made = { study: study.detail.id, variant, replicate: String(index), epoch: String(epoch) };
      writeFileSync(
        target.place(folders.get(variant) ?? variant, String(index), `epoch-${epoch}.safetensors`),
        encodeSafetensors(tensors, made),
      );
      count += 1;
    }
  }
  return count;
}
