import { z } from 'zod';
import { datasetSchema } from '../study/task.ts';
import { call } from './procedure.ts';
import { bytes, list, studyId } from './values.ts';

/** The most examples that are asked for at once. */
export const mostExamplesAtOnce = 200;

/** An image as it is in its data set: a file to be decoded by who shows it, or pixels. */
const image = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('encoded'), mediaType: z.enum(['image/jpeg', 'image/png']), bytes }),
  /** `bytes` is [height, width, channels], 0 to 255; one channel is grey, three are red, green and blue. */
  z.object({ kind: z.literal('pixels'), height: z.int(), width: z.int(), channels: z.int(), bytes }),
]);

const example = z.object({
  index: z.int(),
  /** Index of its class. */
  label: z.int(),
  className: z.string(),
  image,
});

const counts = z.object({ train: z.int(), test: z.int() });

const description = z.object({
  name: z.string(),
  kind: z.string(),
  examples: counts,
  /** [height, width, channels] */
  shape: z.tuple([z.int(), z.int(), z.int()]),
  /** Whether each example has or has not a number of attributes, which then stand among the classes. */
  hasAttributes: z.boolean().default(false),
  classes: list(
    z.object({
      name: z.string(),
      examples: counts,
      /** The first training examples of the class. */
      first: list(z.int()),
    }),
  ),
});

const split = z.enum(['train', 'test']);

/** Examples of data sets, looked at without training and without TensorFlow. */
export const datasetProcedures = {
  /**
   * Examples of a stored study's data set, or of a draft's, in the order they are asked for. The test set's order is
   * that of predictions.
   * Throws `study-unknown`, `path-not-chosen`, `dataset-invalid` and `example-unknown`; of a stored study
   * `dataset-missing` where its data are not there any more, and `dataset-changed` where they are others.
   */
  examples: call(
    z.strictObject({
      source: z.union([z.strictObject({ study: studyId }), z.strictObject({ dataset: datasetSchema })]),
      split,
      examples: z.array(z.int().min(0)).max(mostExamplesAtOnce),
    }),
    z.object({ items: list(example) }),
  ),
  /** What a draft's data set holds. Throws `path-not-chosen`, and `dataset-invalid` with the file at fault. */
  describe: call(z.strictObject({ dataset: datasetSchema }), description),
};
