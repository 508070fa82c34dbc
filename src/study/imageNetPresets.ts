import type { Preset } from './preset.ts';
import type { StudyInput } from './study.ts';
import { paperVariants } from './variant.ts';

const reference =
  'Zhuang, Zhang, Song and Hooker, "Randomness in Neural Network Training" (MLSys 2022): ResNet50 on ImageNet';

const recipe = {
  optimizer: { name: 'sgd', momentum: 0.9 },
  learningRate: {
    base: 0.1,
    warmUp: { unit: 'epochs', length: 5 },
    steps: [
      { fromEpoch: 30, factor: 0.1 },
      { fromEpoch: 60, factor: 0.01 },
      { fromEpoch: 80, factor: 0.001 },
    ],
  },
  batchSize: 256,
  gradientAccumulation: 4,
  epochs: 90,
  shuffle: { kind: 'bounded', buffer: 10_000 },
  lastBatch: 'straddle',
  augmentation: [{ kind: 'inception-crop', smallestArea: 0.05, evaluationShape: 'square' }, { kind: 'flip' }],
  scaling: 'imagenet',
  labelSmoothing: 0.1,
  weightDecay: { kind: 'l2', rate: 1e-4, weights: 'kernels-and-biases' },
} as const satisfies StudyInput['task']['recipe'];

/** The paper's ResNet50 on ImageNet, and what shows the whole way on any machine. */
export const imageNetPresets: readonly Preset[] = [
  {
    name: 'resnet50-imagenet',
    title: 'ResNet50 on ImageNet',
    description:
      "The paper's recipe: SGD with momentum 0.9 at 0.1, reached over 5 epochs, a tenth, a hundredth and a thousandth of it from epochs 30, 60 and 80 of 90; batches of 256, computed as four micro-batches of 64 in a fixed order, as on the paper's four GPUs; label smoothing 0.1, weight decay 1e-4 on kernels and biases, Inception crop (5 % to all of the area) and mirroring, colours standardised by ImageNet’s own mean and deviation, test images cut to a square of 87.5 % of the shorter side; 5 replicates of each variant. What the paper does not tell is as in the configuration of TensorFlow’s models that it trained by: the rate, the bounded shuffle of 10,000, batches that straddle epochs (5,005 steps, where that counts 5,004). Resizing has half-pixel centres, as TensorFlow 2 has, and the network is Keras’ ResNet50. Its images are read and decoded batch by batch. For GPUs, and days on each.",
    reference,
    needs: [
      {
        path: 'task.dataset.path',
        what: 'the folder of ImageNet: its record files, or class folders in train and val',
      },
    ],
    study: {
      ...{ noisefloor: 1, name: 'resnet50-imagenet', preset: 'resnet50-imagenet' },
      task: { dataset: { kind: 'imagenet', path: '' }, network: { name: 'resnet50' }, recipe },
      variants: paperVariants('device'),
      replicates: 5,
      record: { predictions: 'every', checkpoints: [9, 49] },
    },
  },
  {
    name: 'resnet50-imagenet-mini',
    title: 'ResNet50 on ImageNet, in minutes and without it',
    description:
      'The same network and recipe on 160 generated images of 10 classes, 32 x 32, to see the whole way from training to figures on any machine: 3 epochs at a constant rate of 1e-3, batches of 16 in four micro-batches, 2 replicates of each variant. So short a training leaves it at chance: its numbers say nothing, of ImageNet or otherwise.',
    reference,
    needs: [],
    study: {
      ...{ noisefloor: 1, name: 'resnet50-imagenet-mini', preset: 'resnet50-imagenet-mini' },
      task: {
        dataset: { kind: 'generated', classes: 10, train: 160, test: 40 },
        network: { name: 'resnet50' },
        recipe: { ...recipe, learningRate: { base: 1e-3 }, batchSize: 16, epochs: 3 },
      },
      variants: paperVariants('accumulation-order'),
      replicates: 2,
      record: { predictions: 'every', checkpoints: 'last' },
    },
  },
];
