import { writeFileSync } from 'node:fs';
import { stringify } from 'csv-stringify/sync';
import type { SavedTensor } from '../results/record.ts';
import { distinctNames, fileNamePart, type ExportTarget } from './exportFolder.ts';
import { epochsOf, type ExportedStudy } from './exportedStudy.ts';
import { writeKerasWeights } from './kerasWeightsFile.ts';

/** What the paper's reference code calls the paper's variants in the names of folders. */
const referenceVariants: Readonly<Record<string, string>> = {
  'algo+impl': 'default',
  algo: 'algo',
  impl: 'impl',
  control: 'control',
};

/** A word of a folder's name: the reference has no marks in it. */
const word = (text: string): string =>
  fileNamePart(text)
    .replaceAll(/[^A-Za-z0-9]/g, '')
    .toLowerCase();

/**
 * Writes a study in the layout of the paper's reference code: a folder `logs_<network>_<data>_<variant>_<i>` a replicate, with
 * `log.csv` (Keras CSVLogger: epochs from 0, keys in the order of the alphabet, CRLF), `pred<epoch>.txt` (a class a line, in
 * the order of the test set, no newline at the end) and `ckpt<epoch>.h5`; and, which the reference does not save, `labels.csv`.
 */
export async function exportReferenceLogs(study: ExportedStudy, target: ExportTarget): Promise<void> {
  const { counted, detail, dataset, classNames } = study;
  const { network, dataset: data } = detail.study.task;
  const variants = distinctNames(
    detail.variants.map(({ name }) => name),
    (name) => referenceVariants[name.toLowerCase()] ?? word(name),
  );
  // The reference marks batch normalisation so, and only where a network can do without.
  const mark = 'batchNorm' in network && network.batchNorm ? '_bn' : '';
  const folderOf = (variant: string, index: number): string =>
    `logs_${word(network.name)}_${word(data.kind)}_${variants.get(variant) ?? word(variant)}_${mark}${index}`;
  for (const { id, variant, index } of counted) {
    const folder = folderOf(variant, index);
    await target.writeText([folder, 'log.csv'], [logOf(study, id)]);
    for (const epoch of await study.checkpointsOf(id)) {
      const tensors: SavedTensor[] | null = await study.weightsOf(id, epoch);
      if (tensors !== null) await writeKerasWeights(target.place(folder, `ckpt${epoch}.h5`), tensors);
    }
  }
  for (const epoch of study.epochs) {
    for (const { variant, index, classes } of await study.predictionsAt(epoch)) {
      writeFileSync(target.place(folderOf(variant, index), `pred${epoch}.txt`), classes.join('\n'));
    }
  }
  if (dataset !== null) {
    const rows = Array.from(dataset.testLabels, (label, index) => [index, label, classNames?.[label] ?? '']);
    await target.writeText(['labels.csv'], [stringify([['index', 'label', 'class_name'], ...rows])]);
  }
}

function logOf(study: ExportedStudy, replicate: string): string {
  const rows = epochsOf(study, replicate).map(
    ({ epoch, accuracy, loss, learningRate, testAccuracy, testLoss }) => [
      epoch,
      ...[accuracy, loss, learningRate, testAccuracy, testLoss].map((value) =>
        Number.isFinite(value) ? value : 'NA',
      ),
    ],
  );
  const header = ['epoch', 'accuracy', 'loss', 'lr', 'val_accuracy', 'val_loss'];
  return stringify([header, ...rows], { record_delimiter: 'windows' });
}
