import { loadDataset } from '../../src/data/dataset.ts';
import { Library } from '../../src/library/library.ts';
import { buildBatch, buildStudy, storeStudy } from '../fixtures/library/library.ts';
import { buildStarted } from '../fixtures/results/resultFolder.ts';

/** Where replicates of each variant err, and on how many examples each: on some of its own, and nobody else's. */
const errors: Readonly<Record<string, { from: number; each: number }>> = {
  'ALGO+IMPL': { from: 1000, each: 100 },
  ALGO: { from: 100, each: 40 },
  IMPL: { from: 0, each: 10 },
};

/**
 * Makes a library as replicates' result folders would have filled it, on the shipped data: replicate i of a variant
 * predicts the next class on its own examples, and is right on all others. So two replicates of a variant differ on
 * twice as many examples as each errs on. Predictions were recorded after epochs 1 and 3 of 4.
 */
export async function makeChurnLibrary(file: string): Promise<void> {
  const { identity } = await loadDataset({ kind: 'fashion-mnist-sample' });
  const { testLabels, ...dataset } = identity;
  const library = Library.open(file);
  const study = buildStudy({ name: 'Known churn', replicates: 3, epochs: 4 });
  for (const { id, variant, index } of storeStudy(library, 'known-churn', study)) {
    const { from, each } = errors[variant.name] ?? { from: 0, each: 0 };
    const predictions = Uint8Array.from(testLabels, (label, example) => {
      const errs = example >= from + index * each && example < from + (index + 1) * each;
      return errs ? (label + 1) % 10 : label;
    });
    const batch = buildBatch(4, { epoch: () => ({ predictions, testAccuracy: 1 - each / 2000 }) });
    const records = batch.records.map((record) => {
      if (record.type === 'started') {
        const described = { ...dataset, shape: [...dataset.shape] };
        return { ...record, ...buildStarted(), dataset: described, testLabels };
      }
      if (record.type !== 'epoch' || record.epoch % 2 === 1) return record;
      const { predictions: _, ...without } = record;
      return without;
    });
    library.ingest(id, { ...batch, records });
  }
  library.close();
}
