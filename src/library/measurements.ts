import { NoisefloorError } from '../study/errors.ts';
import { ownBytes } from './blobs.ts';
import { query, type Connection } from './connection.ts';
import { findStudy } from './findStudy.ts';

/** The numbers of every epoch of a study; each array is [replicates, epochs], row-major, NaN where there is none. */
export interface StudyMetrics {
  /** One id a row, in the order of the variants, then of their replicates; excluded ones too. */
  replicateIds: string[];
  epochs: number;
  learningRate: Float64Array;
  loss: Float64Array;
  /** Fraction of the training examples. */
  accuracy: Float64Array;
  testLoss: Float64Array;
  testAccuracy: Float64Array;
  trainSeconds: Float64Array;
  evaluateSeconds: Float64Array;
  recordSeconds: Float64Array;
  /** Steps of the replicate before the epoch. */
  firstStep: Float64Array;
}

/** More cells than any study that was trained; a file from elsewhere may claim anything. */
const maximumCells = 50_000_000;

const metricColumns = [
  'learning_rate',
  'loss',
  'accuracy',
  'test_loss',
  'test_accuracy',
  'train_seconds',
  'evaluate_seconds',
  'record_seconds',
  'first_step',
] as const;
type Metric = (typeof metricColumns)[number];

const everyEpoch = query
  .selectFrom('variants')
  .innerJoin('replicates', 'replicates.variant_key', 'variants.key')
  .innerJoin('epochs', 'epochs.replicate_key', 'replicates.key')
  .select([
    'epochs.replicate_key',
    'epochs.epoch',
    ...metricColumns.map((column) => `epochs.${column}` as const),
  ]);

/** How many epochs a study's furthest replicate has, the first ones counted even where they are not recorded. */
function epochsOf(connection: Connection, studyKey: number): number {
  const furthest = connection.all(
    query
      .selectFrom('variants')
      .innerJoin('replicates', 'replicates.variant_key', 'variants.key')
      .select(({ selectFrom }) =>
        selectFrom('epochs')
          .select(({ fn }) => fn.max('epochs.epoch').as('epoch'))
          .whereRef('epochs.replicate_key', '=', 'replicates.key')
          .as('epoch'),
      )
      .where('variants.study_key', '=', studyKey),
  );
  return furthest.reduce((most, { epoch }) => Math.max(most, (epoch ?? -1) + 1), 0);
}

/** @throws NoisefloorError `study-unknown`, `study-ambiguous`. */
export function studyMetrics(connection: Connection, study: string): StudyMetrics {
  return connection.read(() => {
    const { key } = findStudy(connection, study);
    const replicates = connection.all(
      query
        .selectFrom('variants')
        .innerJoin('replicates', 'replicates.variant_key', 'variants.key')
        .select(['replicates.key', 'replicates.id'])
        .where('variants.study_key', '=', key)
        .orderBy('variants.position')
        .orderBy('replicates.replicate_index'),
    );
    const epochs = epochsOf(connection, key);
    if (replicates.length * epochs > maximumCells) {
      throw new NoisefloorError(
        'library-damaged',
        `Study ${study} claims ${replicates.length} replicates of ${epochs} epochs, which is more than is read.`,
        { details: { study } },
      );
    }
    const matrices = metricColumns.map(() => new Float64Array(replicates.length * epochs).fill(NaN));
    const rowOf = new Map(replicates.map((replicate, row) => [replicate.key, row]));
    // A study may have millions of epochs: nothing is made for each.
    connection.each(everyEpoch.where('variants.study_key', '=', key), (values) => {
      const cell = (rowOf.get(Number(values[0])) ?? 0) * epochs + Number(values[1]);
      for (let column = 0; column < matrices.length; column += 1) {
        const [matrix, value] = [matrices[column], values[column + 2]];
        // An unknown learning rate is kept as a negative one.
        const isUnknown = metricColumns[column] === 'learning_rate' && Number(value) < 0;
        if (matrix !== undefined && typeof value === 'number' && !isUnknown) matrix[cell] = value;
      }
    });
    const matrix = (column: Metric): Float64Array =>
      matrices[metricColumns.indexOf(column)] ?? new Float64Array();
    return {
      replicateIds: replicates.map(({ id }) => id),
      epochs,
      learningRate: matrix('learning_rate'),
      loss: matrix('loss'),
      accuracy: matrix('accuracy'),
      testLoss: matrix('test_loss'),
      testAccuracy: matrix('test_accuracy'),
      trainSeconds: matrix('train_seconds'),
      evaluateSeconds: matrix('evaluate_seconds'),
      recordSeconds: matrix('record_seconds'),
      firstStep: matrix('first_step'),
    };
  });
}

export interface ReplicatePredictions {
  replicateId: string;
  variant: string;
  index: number;
  /** Predicted class of every test example, in the order of the data set's labels. */
  classes: Uint8Array | Uint16Array;
}

/**
 * What the replicates of a study predicted after an epoch, in the order of the variants, then of their replicates.
 * Replicates that are excluded, or have no predictions at that epoch, are left out.
 * @param epoch counted from 0.
 * @throws NoisefloorError `study-unknown`, `study-ambiguous`.
 */
export function predictionsAt(connection: Connection, study: string, epoch: number): ReplicatePredictions[] {
  return connection.read(() => {
    const { key } = findStudy(connection, study);
    return connection
      .all(
        query
          .selectFrom('variants')
          .innerJoin('replicates', 'replicates.variant_key', 'variants.key')
          .innerJoin('predictions', 'predictions.replicate_key', 'replicates.key')
          .select([
            'replicates.id',
            'variants.name',
            'replicates.replicate_index',
            'predictions.bytes_per_class',
            'predictions.classes',
          ])
          .where('variants.study_key', '=', key)
          .where('replicates.excluded_reason', 'is', null)
          .where('predictions.epoch', '=', epoch)
          .orderBy('variants.position')
          .orderBy('replicates.replicate_index'),
      )
      .map((row) => {
        const bytes = ownBytes(row.classes);
        const classes = row.bytes_per_class === 1 ? bytes : new Uint16Array(bytes.buffer);
        return { replicateId: row.id, variant: row.name, index: row.replicate_index, classes };
      });
  });
}

export interface RecordedPredictions {
  epoch: number;
  variant: string;
  /** How many of the variant's replicates, excluded ones left out, have predictions at that epoch. */
  replicates: number;
}

/**
 * At which epochs a study has predictions, by variant.
 * @throws NoisefloorError `study-unknown`, `study-ambiguous`.
 */
export function predictionEpochs(connection: Connection, study: string): RecordedPredictions[] {
  return connection.read(() => {
    const { key } = findStudy(connection, study);
    return connection.all(
      query
        .selectFrom('variants')
        .innerJoin('replicates', 'replicates.variant_key', 'variants.key')
        .innerJoin('predictions', 'predictions.replicate_key', 'replicates.key')
        .select(({ fn }) => [
          'predictions.epoch',
          'variants.name as variant',
          fn.countAll<number>().as('replicates'),
        ])
        .where('variants.study_key', '=', key)
        .where('replicates.excluded_reason', 'is', null)
        .groupBy(['predictions.epoch', 'variants.position'])
        .orderBy('predictions.epoch')
        .orderBy('variants.position'),
    );
  });
}

export interface KeptCheckpoint {
  epoch: number;
  replicateId: string;
  variant: string;
  index: number;
}

/**
 * Every checkpoint of a study's replicates that count: neither excluded, nor diverged, nor failed. By epoch, then in the order
 * of the variants, then of their replicates.
 * @throws NoisefloorError `study-unknown`, `study-ambiguous`.
 */
export function keptCheckpoints(connection: Connection, study: string): KeptCheckpoint[] {
  return connection.read(() => {
    const { key } = findStudy(connection, study);
    return connection.all(
      query
        .selectFrom('variants')
        .innerJoin('replicates', 'replicates.variant_key', 'variants.key')
        .innerJoin('checkpoints', 'checkpoints.replicate_key', 'replicates.key')
        .select([
          'checkpoints.epoch',
          'replicates.id as replicateId',
          'variants.name as variant',
          'replicates.replicate_index as index',
        ])
        .where('variants.study_key', '=', key)
        .where('replicates.excluded_reason', 'is', null)
        .where('replicates.status', 'not in', ['diverged', 'failed'])
        .orderBy('checkpoints.epoch')
        .orderBy('variants.position')
        .orderBy('replicates.replicate_index'),
    );
  });
}
