import { z } from 'zod';
import { topologySchema } from './topology.ts';

const positiveFinite = z.number().positive().max(1e6);

/** More epochs than any study of the field has trained; keeps lists and schedules bounded. */
export const mostEpochs = 100_000;

const resizeSchema = z
  .strictObject({ height: z.int().min(1).max(4096), width: z.int().min(1).max(4096) })
  .describe(
    'The size that images of any size and kind are brought to, in RGB: bilinear with half-pixel centres. Without it all images must have one size.',
  );

const streamedSchema = z
  .boolean()
  .describe(
    'Whether images are read and decoded batch by batch (`true`) or once, and then held in memory (`false`). Unless given, they are held where their pixels take 2 GiB at most. Results are the same.',
  );

const damagedSchema = z
  .enum(['refuse', 'grey'])
  .describe(
    'What becomes of an image that cannot be decoded: the replicate ends and names it (`refuse`, unless given), or a grey image stands in its place and the record says so (`grey`), so that batches and steps are those that were planned.',
  );

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
      resize: resizeSchema.optional(),
      streamed: streamedSchema.optional(),
      damaged: damagedSchema.optional(),
    })
    .describe(
      'A folder of class folders of JPEG or PNG files, or of `train` and `test` folders of class folders.',
    ),
  z
    .strictObject({
      kind: z.literal('imagenet'),
      path: z.string().min(1),
      resize: resizeSchema.default({ height: 224, width: 224 }),
      damaged: damagedSchema.optional(),
    })
    .describe(
      'A folder with the record files of ImageNet (of TensorFlow Datasets or of TensorFlow’s models), or with its class folders in `train` and `val`; always read and decoded batch by batch.',
    ),
  z
    .strictObject({
      kind: z.literal('celeba'),
      path: z.string().min(1),
      resize: resizeSchema.default({ height: 128, width: 128 }),
      partition: z
        .enum(['test', 'validation'])
        .default('test')
        .describe('Which part is tested on; the other is left alone.'),
      streamed: streamedSchema.optional(),
      damaged: damagedSchema.optional(),
    })
    .describe(
      'A folder with the images of CelebA in `img_align_celeba`, their attributes in `list_attr_celeba` and their split in `list_eval_partition`, as text or CSV: 40 attributes that each image has or has not.',
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
      attributes: z
        .int()
        .min(2)
        .max(256)
        .optional()
        .describe(
          'So many attributes that each image has or has not, instead of a class; the first two are Male and Young, unevenly shared.',
        ),
      height: z.int().min(1).max(1024).default(32),
      width: z.int().min(1).max(1024).default(32),
      channels: z.union([z.literal(1), z.literal(3)]).default(3),
      train: z.int().min(2).max(1_000_000).default(2000),
      test: z.int().min(2).max(1_000_000).default(500),
      seed: z.int().min(0).max(0xffff_ffff).default(0),
    })
    .describe('Images made from a seed, each showing the pattern of its class: for trying things out.'),
  z
    .strictObject({ kind: z.literal('elsewhere'), name: z.string().min(1).max(200) })
    .describe('What logs made elsewhere were trained on: there are no examples here.'),
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
  z
    .strictObject({
      name: z.literal('keras-file'),
      path: z.string().min(1).describe('A .keras, .h5 or JSON file that Keras wrote.'),
      topology: topologySchema
        .optional()
        .describe('What was read of the file when the study was planned; replicates train this.'),
    })
    .describe('A network of your own: the layers of a model that Keras saved, without its weights.'),
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
  warmUp: z
    .strictObject({
      unit: z.enum(['epochs', 'steps']),
      length: z.int().min(1).max(10_000_000),
      from: z.number().min(0).max(1e6).default(0).describe('The rate of the first step.'),
    })
    .optional()
    .describe('The rate rises in a straight line, step by step, from `from` to the base rate.'),
  decay: z
    .discriminatedUnion('kind', [
      z
        .strictObject({
          kind: z.literal('cosine'),
          floor: z.number().min(0).max(1).default(0).describe('Where it ends, as a fraction of the base.'),
        })
        .describe('Half a cosine, step by step, from the end of the warm-up to the end of training.'),
      z
        .strictObject({
          kind: z.literal('exponential'),
          factor: z.number().positive().lt(1),
          every: z.int().min(1).max(mostEpochs).describe('So many epochs.'),
          staircase: z
            .boolean()
            .default(true)
            .describe('Whether the rate falls once every so many epochs, or a little with each step.'),
        })
        .describe('Multiplied by `factor` every `every` epochs, counted from the first.'),
    ])
    .optional()
    .describe('How the rate falls, instead of by steps.'),
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
  z
    .strictObject({
      kind: z.literal('inception-crop'),
      smallestArea: z
        .number()
        .positive()
        .max(1)
        .default(0.08)
        .describe('Of what is cut out, as a part of the image; the largest is the whole.'),
      widestAspect: z
        .number()
        .min(1)
        .max(100)
        .default(4 / 3)
        .describe('Width over height of the widest window; the narrowest has the same the other way round.'),
      attempts: z
        .int()
        .min(1)
        .max(1000)
        .default(100)
        .describe('How often a window is drawn that does not fit; then the whole image is taken.'),
      evaluationCrop: z
        .number()
        .positive()
        .max(1)
        .default(0.875)
        .describe('Test images are cut to this part of their height and width around the centre.'),
      evaluationShape: z
        .enum(['image', 'square'])
        .optional()
        .describe(
          'What test images are cut to: the shape of the image (`image`, unless given), or a square whose side is that part of the shorter one.',
        ),
    })
    .describe(
      'Cut out a window of random area, shape and place and resize it to the size of the images: bilinear with half-pixel centres. Comes first, on the image as it is in its file.',
    ),
]);

export const optimizerSchema = z.discriminatedUnion('name', [
  z.strictObject({
    name: z.literal('adam'),
    beta1: z.number().min(0).lt(1).default(0.9),
    beta2: z.number().min(0).lt(1).default(0.999),
    epsilon: positiveFinite.default(1e-7),
  }),
  z
    .strictObject({
      name: z.literal('sgd'),
      momentum: z.number().min(0).lt(1).default(0),
      nesterov: z.boolean().default(false),
    })
    .describe('Stochastic gradient descent; the momentum is that of Keras, which holds the rate within.'),
]);
export type OptimizerSettings = z.infer<typeof optimizerSchema>;

export const weightDecaySchema = z.strictObject({
  kind: z
    .enum(['l2', 'decoupled'])
    .describe(
      '`l2` adds rate times the sum of squares to the loss, as a Keras regulariser does; `decoupled` takes learning rate times rate of each weight away before its update, as AdamW does.',
    ),
  rate: positiveFinite,
  weights: z
    .enum(['kernels', 'kernels-and-biases', 'all'])
    .default('kernels')
    .describe('Which weights decay; `all` are also the scales and offsets of batch normalisation.'),
});
export type WeightDecay = z.infer<typeof weightDecaySchema>;

export const gradientClippingSchema = z.strictObject({
  kind: z
    .enum(['global-norm', 'norm', 'value'])
    .describe(
      'The norm of all gradients together, the norm of the gradient of each weight tensor, or each number.',
    ),
  limit: positiveFinite,
});
export type GradientClipping = z.infer<typeof gradientClippingSchema>;

export const recipeSchema = z.strictObject({
  optimizer: optimizerSchema,
  learningRate: learningRateSchema,
  batchSize: z.int().min(1).max(65_536),
  epochs: z.int().min(1).max(mostEpochs),
  shuffle: shuffleSchema.default({ kind: 'full' }),
  lastBatch: z
    .enum(['short', 'straddle'])
    .optional()
    .describe(
      'The last mini-batch of an epoch holds what is left (`short`, unless given), or is filled up from the next pass through the data, which then begins there (`straddle`: `repeat` before `batch` in tf.data).',
    ),
  augmentation: z.array(augmentationSchema).max(8).default([]),
  scaling: z
    .enum(['unit', 'none', 'standardise', 'imagenet'])
    .default('unit')
    .describe(
      'How pixels become numbers: `unit` divides by 255, `none` keeps 0 to 255, `standardise` is per image, `imagenet` takes the mean of ImageNet’s red, green and blue away and divides by their standard deviations.',
    ),
  weightDecay: weightDecaySchema.optional(),
  labelSmoothing: z
    .number()
    .min(0)
    .lt(1)
    .optional()
    .describe('The part of each label that is spread evenly over all classes while training.'),
  gradientClipping: gradientClippingSchema.optional(),
  gradientAccumulation: z
    .int()
    .min(2)
    .max(1024)
    .optional()
    .describe(
      'How many micro-batches each batch is computed in, one after the other, their gradients added in that order before the one update; batch normalisation sees a micro-batch at a time.',
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
