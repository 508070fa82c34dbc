import type { EpochRecord, SavedTensor } from '../../results/record.ts';
import { encodeSafetensors } from '../../results/safetensors.ts';
import { NoisefloorError } from '../../study/errors.ts';
import type { ColumnMapping } from './columns.ts';
import type { LoggedEpoch, ReadLog } from './loggedEpochs.ts';
import { readMetricsTable } from './metricsTable.ts';
import { readMlflow } from './mlflow.ts';
import { readPredictionsFile } from './predictionsFile.ts';
import { ofLastEpoch, type LeftOut, type RecognisedRun } from './recogniseRuns.ts';
import { readTensorBoard } from './tensorBoard.ts';
import { readWeightsFile } from './weightsFile.ts';
import { invalidLog } from './textFile.ts';

/** What a run recorded, as a library keeps it. */
export interface ReadRun {
  /** Ascending. */
  readonly epochs: readonly EpochRecord[];
  /** safetensors by epoch. */
  readonly checkpoints: ReadonlyMap<number, Uint8Array>;
  /** What was found in its files and is not kept. */
  readonly leftOut: readonly LeftOut[];
}

/** A run's numbers where there is no log: predictions alone are enough. */
const nothingLogged: Omit<LoggedEpoch, 'epoch'> = {
  ...{ learningRate: Number.NaN, loss: Number.NaN, accuracy: Number.NaN },
  ...{ testLoss: Number.NaN, testAccuracy: Number.NaN },
};

/**
 * Reads the files of a run.
 * @param examples how many test examples there are; null where that is not known.
 * @param mapping which column is which number, where a person says it.
 * @throws NoisefloorError `log-invalid`, `hdf5-unreadable`, `keras-weights-unknown`, `tensor-file-damaged`.
 */
export async function readRun(
  run: RecognisedRun,
  examples: number | null,
  mapping: ColumnMapping = {},
): Promise<ReadRun> {
  const { epochs: logged, unread } = readLog(run, mapping);
  const where = run.metrics?.kind === 'table' ? run.metrics.file : run.folder;
  const leftOut: LeftOut[] = unread.map((column) => ({
    path: where,
    why: `the ${run.metrics?.kind === 'table' ? 'column' : 'metric'} "${column}" is not kept`,
  }));
  const last = logged.at(-1)?.epoch ?? 0;
  const epochOf = (epoch: number): number => (epoch === ofLastEpoch ? last : epoch);
  const byEpoch = new Map(logged.map((numbers) => [numbers.epoch, numbers]));
  const predictions = new Map<number, Uint8Array | Uint16Array>();
  let expected = examples;
  for (const [epoch, file] of run.predictions) {
    const classes = await readPredictionsFile(file);
    if (expected !== null && classes.length !== expected) {
      throw invalidLog(
        file,
        null,
        `it has ${classes.length} predictions where ${expected} were expected${examples === null ? ' after the run’s other files' : ' after the labels'}. Are they of the same test set?`,
      );
    }
    expected = classes.length;
    predictions.set(epochOf(epoch), classes);
  }
  const checkpoints = new Map<number, Uint8Array>();
  for (const [epoch, file] of run.checkpoints) {
    checkpoints.set(epochOf(epoch), encodeSafetensors(withoutTwins(await readWeightsFile(file), file)));
  }
  const all = new Set([...byEpoch.keys(), ...predictions.keys(), ...checkpoints.keys()]);
  const epochs = [...all]
    .toSorted((one, other) => one - other)
    .map((epoch): EpochRecord => {
      const numbers = byEpoch.get(epoch) ?? { epoch, ...nothingLogged };
      const classes = predictions.get(epoch);
      return {
        ...numbers,
        ...{ steps: 0, examples: 0, firstStep: 0, trainSeconds: 0, evaluateSeconds: 0, recordSeconds: 0 },
        ...{ fingerprints: new Uint32Array(), batchHashes: new Uint32Array() },
        ...(classes === undefined ? {} : { predictions: classes }),
      };
    });
  return { epochs, checkpoints, leftOut };
}

function readLog({ metrics, folder }: RecognisedRun, mapping: ColumnMapping): ReadLog {
  switch (metrics?.kind) {
    case 'table':
      return readMetricsTable(metrics.file, mapping, metrics.series);
    case 'tensorboard':
      return readTensorBoard(folder, metrics.files, mapping);
    case 'mlflow':
      return readMlflow(metrics.folder, mapping);
    case undefined:
      return { epochs: [], unread: [] };
  }
}

function withoutTwins(tensors: readonly SavedTensor[], file: string): readonly SavedTensor[] {
  const names = new Set(tensors.map(({ name }) => name));
  if (names.size === tensors.length) return tensors;
  throw new NoisefloorError('keras-weights-unknown', `${file} holds two weights of one name.`, {
    details: { file },
  });
}
