import { z } from 'zod';

const positiveFinite = z.number().positive().max(1e6);

/** More epochs than any study of the field has trained; keeps lists and schedules bounded. */
export const mostEpochs = 100_000;

/** Where the examples come from. Paths are absolute once a study is stored. */
export const datasetSchema = z.discriminatedUnion('kind', [
  z
    .strictObject({ kind: z.literal('fashion-mnist-sample') })
    .describe('The 10,000 Fashion-MNIST test images that ship with Noisefloor, split 8,000 / 2,000.'),
  z
    .strictObject({ kind: z.literal('idx'), path: z.string().min(1) })
    .describe('A folder with the four IDX files of MNIST or Fashion-MNIST, gzipped or not.'),
  z
    .strictObject({
      kind: z.literal('image-folder'),
      path: z.string().min(1),
      testFraction: z
        .number()
        .gt(0)
        .lt(1)
        .default(0.2)
        .describe('Fraction of each class kept for testing where there is no `test` folder.'),
    })
    .describe(
      'A folder of class folders of JPEG or PNG files, or of `train` and `test` folders of class folders.',
    ),
  z
    .strictObject({ kind: z.literal('cifar-10'), path: z.string().min(1) })
    .describe('A folder with the files of CIFAR-10, of the binary or the Python version.'),
  z
    .strictObject({
      kind: z.literal('cifar-100'),
      path: z.string().min(1),
      labels: z.enum(['fine', 'coarse']).default('fine').describe('100 classes, or their 20 superclasses.'),
    })
    .describe('A folder with the files of CIFAR-100, of the binary or the Python version.'),
  z
    .strictObject({ kind: z.literal('npz'), path: z.string().min(1) })
    .describe('An .npz file with x_train, y_train, x_test and y_test, or the folder that holds it.'),
  z
    .strictObject({
      kind: z.literal('generated'),
      classes: z.int().min(2).max(1000).default(10),
      height: z.int().min(1).max(1024).default(32),
      width: z.int().min(1).max(1024).default(32),
      channels: z.union([z.literal(1), z.literal(3)]).default(3),
      train: z.int().min(2).max(1_000_000).default(2000),
      test: z.int().min(2).max(1_000_000).default(500),
      seed: z.int().min(0).max(0xffff_ffff).default(0),
    })
    .describe('Images made from a seed, each showing the pattern of its class: for trying things out.'),
]);
export type DatasetReference = z.infer<typeof datasetSchema>;

const dropoutRate = z.number().min(0).lt(1);

/** A network without options. */
const plainNetwork = <Name extends string>(
  name: Name,
): z.ZodObject<{ name: z.ZodLiteral<Name> }, z.core.$strict> => z.strictObject({ name: z.literal(name) });

export const networkSchema = z.discriminatedUnion('name', [
  z.strictObject({
    name: z.literal('smallcnn'),
    batchNorm: z.boolean().default(false),
    dropout: dropoutRate.default(0).describe('Dropout rate before the last layer; the reference has none.'),
  }),
  z.strictObject({
    name: z.literal('mediumcnn'),
    kernel: z.literal([1, 3, 5, 7]).default(3).describe('Height and width of all its kernels, in pixels.'),
  }),
  plainNetwork('resnet18'),
  plainNetwork('resnet50'),
  plainNetwork('resnet152'),
  plainNetwork('vgg16'),
  plainNetwork('vgg19'),
  plainNetwork('densenet121'),
  plainNetwork('densenet201'),
  plainNetwork('inceptionv3'),
  plainNetwork('xception'),
  z.strictObject({
    name: z.literal('mobilenet'),
    dropout: dropoutRate.default(1e-3).describe("Dropout rate before the last layer; 0.001 is Keras' own."),
  }),
  z.strictObject({
    name: z.literal('efficientnetb0'),
    dropout: dropoutRate.default(0.2).describe("Dropout rate before the last layer; 0.2 is Keras' own."),
    dropConnect: dropoutRate
      .default(0.2)
      .describe(
        "Rate at which whole blocks are left out for an example, growing from 0 to nearly this from the first to the last; 0.2 is Keras' own.",
      ),
  }),
]);
export type NetworkReference = z.infer<typeof networkSchema>;

export const learningRateSchema = z.strictObject({
  base: positiveFinite,
  steps: z
    .array(
      z.strictObject({
        fromEpoch: z.int().min(1).max(mostEpochs),
        factor: z.number().positive().max(1e3),
      }),
    )
    .max(100)
    .default([])
    .describe(
      'From each epoch (counted from 0) on, the base rate is multiplied by that factor; the last that applies counts.',
    ),
});
export type LearningRate = z.infer<typeof learningRateSchema>;

export const shuffleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('full') }).describe('A full permutation of the training set every epoch.'),
  z
    .strictObject({ kind: z.literal('bounded'), buffer: z.int().min(1).max(10_000_000) })
    .describe("`tf.data`'s bounded shuffle: draws from a sliding buffer of that many examples."),
  z.strictObject({ kind: z.literal('none') }).describe('The order of the data set, every epoch.'),
]);
export type Shuffle = z.infer<typeof shuffleSchema>;

export const augmentationSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('flip') }).describe('Mirror left and right with probability one half.'),
  z
    .strictObject({ kind: z.literal('pad-crop'), padding: z.int().min(1).max(64) })
    .describe('Pad with zeros on every side, then crop back at a random place.'),
]);

export const recipeSchema = z.strictObject({
  optimizer: z.discriminatedUnion('name', [
    z.strictObject({
      name: z.literal('adam'),
      beta1: z.number().min(0).lt(1).default(0.9),
      beta2: z.number().min(0).lt(1).default(0.999),
      epsilon: positiveFinite.default(1e-7),
    }),
  ]),
  learningRate: learningRateSchema,
  batchSize: z.int().min(1).max(65_536),
  epochs: z.int().min(1).max(mostEpochs),
  shuffle: shuffleSchema.default({ kind: 'full' }),
  lastBatch: z
    .enum(['short', 'straddle'])
    .default('short')
    .describe(
      'The last mini-batch of an epoch holds what is left (`short`), or is filled up from the next pass through the data, which then begins there (`straddle`: `repeat` before `batch` in tf.data).',
    ),
  augmentation: z.array(augmentationSchema).max(8).default([]),
  scaling: z
    .enum(['unit', 'none', 'standardise'])
    .default('unit')
    .describe(
      'How pixels become numbers: `unit` divides by 255, `none` keeps 0 to 255, `standardise` is per image.',
    ),
});
export type Recipe = z.infer<typeof recipeSchema>;

/** Data set + network + recipe. */
export const taskSchema = z.strictObject({
  dataset: datasetSchema,
  network: networkSchema,
  recipe: recipeSchema,
});
export type Task = z.infer<typeof taskSchema>;
