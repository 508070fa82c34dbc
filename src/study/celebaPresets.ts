import type { Preset } from './preset.ts';
import type { StudyInput } from './study.ts';
import { paperVariants } from './variant.ts';

const reference =
  'Zhuang, Zhang, Song and Hooker, "Randomness in Neural Network Training" (MLSys 2022): ResNet18 on CelebA';

/** The paper's: binary cross-entropy over 40 attributes; nobody divides the pixels. */
const recipe = {
  optimizer: { name: 'adam' },
  learningRate: { base: 1e-3, decay: { kind: 'exponential', factor: 0.1, every: 5 } },
  batchSize: 128,
  epochs: 10,
  shuffle: { kind: 'bounded', buffer: 1000 },
  augmentation: [],
  scaling: 'none',
} as const satisfies StudyInput['task']['recipe'];

/** The paper's ResNet18 on CelebA, whose error rates it compares by subgroup, and what shows the whole way on any machine. */
export const celebaPresets: readonly Preset[] = [
  {
    name: 'resnet18-celeba',
    title: 'ResNet18 on CelebA',
    description:
      "The paper's recipe: 40 attributes with a sigmoid and binary cross-entropy each, Adam at 1e-3 and a tenth of it from epoch 5 of 10, batches of 128, bounded shuffle of 1,000, images of 128 x 128 with pixels from 0 to 255, no augmentation, 10 replicates of each variant. Error rates by subgroup (Male, Female, Young, Old) are on the page Classes. For a GPU.",
    reference,
    needs: [
      {
        path: 'task.dataset.path',
        what: 'the folder of CelebA: img_align_celeba with list_attr_celeba and list_eval_partition',
      },
    ],
    study: {
      ...{ noisefloor: 1, name: 'resnet18-celeba', preset: 'resnet18-celeba' },
      task: { dataset: { kind: 'celeba', path: '' }, network: { name: 'resnet18' }, recipe },
      variants: paperVariants('device'),
      replicates: 10,
      record: { predictions: 'every', checkpoints: [9] },
    },
  },
  {
    name: 'resnet18-celeba-mini',
    title: 'ResNet18 on CelebA, in minutes and without it',
    description:
      'The same network and loss on 240 generated images of 32 x 32 with 10 attributes, Male and Young among them, to see the whole way from training to rates by subgroup on any machine: 8 epochs at a constant rate of 1e-3, batches of 16, 3 replicates of each variant. Its numbers say nothing about faces.',
    reference,
    needs: [],
    study: {
      ...{ noisefloor: 1, name: 'resnet18-celeba-mini', preset: 'resnet18-celeba-mini' },
      task: {
        dataset: { kind: 'generated', attributes: 10, train: 240, test: 100 },
        network: { name: 'resnet18' },
        recipe: { ...recipe, learningRate: { base: 1e-3 }, batchSize: 16, epochs: 8 },
      },
      variants: paperVariants('accumulation-order'),
      replicates: 3,
      record: { predictions: 'every', checkpoints: 'last' },
    },
  },
];
