import { renameSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ensureStudioLibrary, syntheticStudy } from '../../../main/cli/bench/studioLibrary.ts';
import { Library } from '../../../src/library/library.ts';
import { temporaryFolder } from '../../fixtures/library/library.ts';

temporaryFolder();
const size = { replicates: 3, epochs: 12, examples: 400 };

it('the synthetic study is the same each time, and CONTROL does not vary in it', async () => {
  const read = async () => {
    const { file } = await ensureStudioLibrary(size, () => undefined);
    const library = Library.open(file);
    const { epochs, testAccuracy } = library.metrics(syntheticStudy.id);
    const predictions = library.predictionsAt(syntheticStudy.id, 11);
    const recorded = new Set(library.predictionEpochs(syntheticStudy.id).map(({ epoch }) => epoch));
    const kept = library.keptCheckpoints(syntheticStudy.id);
    const weights = kept.map(({ replicateId, epoch }) => library.checkpoint(replicateId, epoch)?.sha256);
    library.close();
    return { file, epochs, testAccuracy, predictions, recorded, kept, weights };
  };
  const first = await read();
  renameSync(first.file, `${first.file}.before`);
  const again = await read();
  expect(again.predictions).toEqual(first.predictions);
  expect(again.testAccuracy).toEqual(first.testAccuracy);
  expect(first.epochs).toBe(12);
  expect([...first.recorded]).toEqual([0, 10, 11]);
  expect(again.weights).toEqual(first.weights);
  expect([...new Set(first.kept.map(({ epoch }) => epoch))]).toEqual([2, 5, 8, 11]);
  const weightsOf = (variant: string) =>
    first.weights.filter(
      (_, place) => first.kept[place]?.variant === variant && first.kept[place].epoch === 11,
    );
  expect(new Set(weightsOf('CONTROL')).size).toBe(1);
  expect(new Set(weightsOf('ALGO')).size).toBe(3);
  const classesOf = (variant: string) =>
    first.predictions.filter((row) => row.variant === variant).map(({ classes }) => String(classes));
  expect(new Set(classesOf('CONTROL')).size).toBe(1);
  expect(new Set(classesOf('ALGO')).size).toBe(3);
});
