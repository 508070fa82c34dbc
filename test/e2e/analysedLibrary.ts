import { loadDataset } from '../../src/data/dataset.ts';
import { Library } from '../../src/library/library.ts';
import type { SavedTensor } from '../../src/results/record.ts';
import { encodeSafetensors } from '../../src/results/safetensors.ts';
import { buildBatch, buildStudy, storeStudy } from '../fixtures/library/library.ts';
import { buildStarted } from '../fixtures/results/resultFolder.ts';

/** How far a replicate's weights of each variant lie from the origin, along an axis of its own: in `conv`, and in `dense`. */
const lengths: Readonly<Record<string, readonly [number, number]>> = {
  'ALGO+IMPL': [6, 8],
  ALGO: [3, 4],
  IMPL: [0.3, 0.4],
};
const epochs = 4;
const checkpointEpochs = [0, 1, 3];

function tensorsOf(variant: string, index: number, epoch: number): SavedTensor[] {
  const scale = (epoch + 1) / epochs;
  return (['conv/kernel', 'dense/kernel'] as const).map((name, layer) => {
    const length = lengths[variant]?.[layer];
    const data = Float32Array.from({ length: 3 }, (_, axis) =>
      length === undefined ? 1 : axis === index ? scale * length : 0,
    );
    return { name, shape: [3], role: 'weight', data };
  });
}

/** The first step, of the run, at which replicates of each variant part from the first, and the place of the tensor. */
const partings: Readonly<Record<string, { step: number; tensor: number }>> = {
  'ALGO+IMPL': { step: 0, tensor: 0 },
  ALGO: { step: 0, tensor: 0 },
  IMPL: { step: 4, tensor: 1 },
};
const stepsOfEpoch = 3;
const tensorCount = 2;

/** Fingerprints of an epoch: those of replicates that have parted are each their own. */
function fingerprintsOf(variant: string, index: number, epoch: number): Uint32Array {
  return Uint32Array.from({ length: stepsOfEpoch * tensorCount }, (_, place) => {
    const parting = partings[variant];
    const at = epoch * stepsOfEpoch * tensorCount + place;
    const isApart = parting !== undefined && at >= parting.step * tensorCount + parting.tensor;
    return isApart ? 1000 * (index + 1) + at : at;
  });
}

/**
 * Makes a library as replicates' result folders would have filled it, on the shipped data. Weights were kept after epochs 0,
 * 1 and 3 of 4: those of two replicates of a variant are perpendicular, so that their distance is √2 times their length,
 * which grows evenly over the epochs; those of CONTROL are all the same. Fingerprints of every step were kept.
 */
export async function makeAnalysedLibrary(file: string): Promise<void> {
  const { identity } = await loadDataset({ kind: 'fashion-mnist-sample' });
  const { testLabels, ...dataset } = identity;
  const library = Library.open(file);
  const study = buildStudy({ name: 'Known weights', replicates: 3, epochs });
  for (const { id, variant, index } of storeStudy(library, 'known-weights', study)) {
    const isOrdered = variant.name === 'IMPL' || variant.name === 'CONTROL';
    const batch = buildBatch(epochs, {
      epoch: (epoch) => ({
        predictions: Uint8Array.from(testLabels),
        fingerprints: fingerprintsOf(variant.name, index, epoch),
        batchHashes: Uint32Array.of(epoch, 8, isOrdered ? 9 : 9 + index),
      }),
    });
    const tensors = tensorsOf(variant.name, index, 0).map(({ name, shape, role }) => ({ name, shape, role }));
    const records = batch.records.map((record) => {
      if (record.type === 'started') {
        const described = { ...dataset, shape: [...dataset.shape] };
        return { ...record, ...buildStarted(), dataset: described, testLabels, tensors };
      }
      if (record.type !== 'epoch' || !checkpointEpochs.includes(record.epoch)) return record;
      return { ...record, checkpoint: { file: 'kept.safetensors', bytes: 1, sha256: '0'.repeat(64) } };
    });
    const checkpoints = new Map(
      checkpointEpochs.map((epoch) => [
        epoch,
        new Uint8Array(encodeSafetensors(tensorsOf(variant.name, index, epoch))),
      ]),
    );
    library.ingest(id, { ...batch, records, checkpoints });
  }
  library.close();
}
