import { closeSync, openSync, writeSync } from 'node:fs';
import { Zip, ZipPassThrough } from 'fflate';
import { NoisefloorError } from '../study/errors.ts';
import type { ExportTarget } from './exportFolder.ts';
import type { ExportedStudy } from './exportedStudy.ts';
import { encodeNpy, type NpyValues } from './npyEncoding.ts';

/** A zip without its 64-bit extension holds no more. */
const mostBytes = 2 ** 32 - 2 ** 20;

/**
 * Writes what was recorded of a study as one `.npz`, to be read by `numpy.load`. Rows are the replicates that count:
 * `variant`, `replicate`, `id` [R]; `loss`, `accuracy`, `test_loss`, `test_accuracy`, `learning_rate` float64 [R, epochs],
 * NaN where there is none; `labels` int32 [N]; and for each epoch with predictions `predictions_<epoch>` uint8 or uint16
 * [r, N] with `predictions_<epoch>_rows` int32 [r], the rows that they are of.
 * @throws NoisefloorError `export-too-large` above 4 GiB.
 */
export async function exportNpz(study: ExportedStudy, target: ExportTarget): Promise<void> {
  const file = new NpzFile(target.place());
  try {
    const { counted, metrics, dataset } = study;
    file.add(
      'variant',
      counted.map(({ variant }) => variant),
      [counted.length],
    );
    file.add(
      'replicate',
      Int32Array.from(counted, ({ index }) => index),
      [counted.length],
    );
    file.add(
      'id',
      counted.map(({ id }) => id),
      [counted.length],
    );
    const rows = counted.map(({ id }) => metrics.replicateIds.indexOf(id));
    const recorded = {
      learning_rate: metrics.learningRate,
      ...{ loss: metrics.loss, accuracy: metrics.accuracy },
      ...{ test_loss: metrics.testLoss, test_accuracy: metrics.testAccuracy },
    };
    for (const [name, values] of Object.entries(recorded)) {
      const own = new Float64Array(rows.length * metrics.epochs);
      for (const [position, row] of rows.entries()) {
        own.set(values.subarray(row * metrics.epochs, (row + 1) * metrics.epochs), position * metrics.epochs);
      }
      file.add(name, own, [rows.length, metrics.epochs]);
    }
    if (dataset !== null) file.add('labels', dataset.testLabels, [dataset.testLabels.length]);
    for (const epoch of study.epochs) await addPredictions(file, study, epoch);
    file.end();
  } finally {
    file.close();
  }
}

async function addPredictions(file: NpzFile, study: ExportedStudy, epoch: number): Promise<void> {
  const predictions = await study.predictionsAt(epoch);
  const examples = predictions[0]?.classes.length ?? 0;
  const isWide = predictions.some(({ classes }) => classes instanceof Uint16Array);
  const count = predictions.length * examples;
  const matrix = isWide ? new Uint16Array(count) : new Uint8Array(count);
  for (const [position, { classes, replicateId }] of predictions.entries()) {
    if (classes.length !== examples) {
      throw new NoisefloorError(
        'predictions-mismatch',
        `Replicate ${replicateId} predicted ${classes.length} examples after epoch ${epoch}, others ${examples}: they have no common array.`,
      );
    }
    matrix.set(classes, position * examples);
  }
  const rowOf = new Map(study.counted.map(({ id }, row) => [id, row]));
  file.add(`predictions_${epoch}`, matrix, [predictions.length, examples]);
  file.add(
    `predictions_${epoch}_rows`,
    Int32Array.from(predictions, ({ replicateId }) => rowOf.get(replicateId) ?? -1),
    [predictions.length],
  );
}

/** A zip of NPY files that is written while it is made: one array is in memory at a time. */
class NpzFile {
  readonly #file: string;
  readonly #descriptor: number;
  readonly #zip: Zip;
  #written = 0;
  #failure: Error | null = null;

  constructor(file: string) {
    this.#file = file;
    this.#descriptor = openSync(file, 'wx');
    this.#zip = new Zip((error, bytes) => {
      this.#failure ??= error;
      if (error !== null) return;
      writeSync(this.#descriptor, bytes);
      this.#written += bytes.length;
    });
  }

  add(name: string, values: NpyValues, shape: readonly number[]): void {
    const bytes = encodeNpy(values, shape);
    if (this.#written + bytes.length > mostBytes) {
      throw new NoisefloorError(
        'export-too-large',
        `${this.#file} would be larger than the 4 GiB that an .npz can hold. Export one epoch with --epoch, or as CSV.`,
      );
    }
    const entry = new ZipPassThrough(`${name}.npy`);
    this.#zip.add(entry);
    entry.push(bytes, true);
    this.#check();
  }

  end(): void {
    this.#zip.end();
    this.#check();
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #check(): void {
    if (this.#failure !== null) throw this.#failure;
  }
}
