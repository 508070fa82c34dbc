import { celebaPresets } from './celebaPresets.ts';
import { imageNetPresets } from './imageNetPresets.ts';
import type { Preset, PresetNeed } from './preset.ts';
import { sensitivityPresets } from './sensitivityPresets.ts';
import type { StudyInput } from './study.ts';
import { paperVariants } from './variant.ts';

const reference =
  'Zhuang, Zhang, Song and Hooker, "Randomness in Neural Network Training" (MLSys 2022): SmallCNN on CIFAR-10';

/** SmallCNN's recipe in the reference code, except data order and epochs, which depend on the data. */
const referenceRecipe = {
  optimizer: { name: 'adam' },
  learningRate: {
    base: 4e-4,
    steps: [
      { fromEpoch: 50, factor: 0.1 },
      { fromEpoch: 100, factor: 0.01 },
    ],
  },
  batchSize: 128,
  epochs: 200,
  augmentation: [],
  scaling: 'unit',
} as const satisfies StudyInput['task']['recipe'];

/** The reference keeps the weights of epochs 9, 49, 99, 149 and the last. */
const referenceCheckpoints = {
  predictions: 'every',
  checkpoints: [9, 49, 99, 149],
} satisfies StudyInput['record'];

/** Of the reference's 200, on the shipped sample. */
const fashionEpochs = 120;

const fashionStudy = (name: string, batchNorm: boolean): StudyInput => ({
  noisefloor: 1,
  name,
  preset: name,
  task: {
    dataset: { kind: 'fashion-mnist-sample' },
    network: { name: 'smallcnn', batchNorm },
    recipe: { ...referenceRecipe, epochs: fashionEpochs, shuffle: { kind: 'bounded', buffer: 1024 } },
  },
  variants: paperVariants('accumulation-order'),
  replicates: 10,
  record: {
    ...referenceCheckpoints,
    checkpoints: referenceCheckpoints.checkpoints.filter((epoch) => epoch < fashionEpochs),
  },
});

const needsCifar10: PresetNeed = {
  path: 'task.dataset.path',
  what: 'the folder of the CIFAR-10 files; "noisefloor datasets download cifar-10" fetches them, 170 MB',
};
const needsCifar100: PresetNeed = {
  path: 'task.dataset.path',
  what: 'the folder of the CIFAR-100 files; "noisefloor datasets download cifar-100" fetches them, 169 MB',
};

const resNetReference =
  'Zhuang, Zhang, Song and Hooker, "Randomness in Neural Network Training" (MLSys 2022): ResNet18 on CIFAR-10 and CIFAR-100';

const cifarSmallCnn =
  'Adam at 4e-4, a tenth of it from epoch 50, a hundredth from epoch 100, 200 epochs, batches of 128, bounded shuffle of 1,024, pixels from 0 to 1, no augmentation, 10 replicates of each variant.';
const cifarResNet =
  "The paper's recipe to the letter: Adam at 4e-4, a tenth of what it was every 50 of 200 epochs, batches of 128 that straddle epochs (391 steps each), bounded shuffle of 10,000, images standardised, padded by 4 and cropped, mirrored, 10 replicates of each variant. The reference never varied its augmentation, whose seeds were constants; here it varies where the variant says so. On a CPU an epoch takes a quarter of an hour or more: this is for a GPU.";

const smallCnnOnCifar: Pick<StudyInput['task'], 'network' | 'recipe'> = {
  network: { name: 'smallcnn' },
  recipe: { ...referenceRecipe, shuffle: { kind: 'bounded', buffer: 1024 } },
};

const resNet18OnCifar: Pick<StudyInput['task'], 'network' | 'recipe'> = {
  network: { name: 'resnet18' },
  recipe: {
    ...referenceRecipe,
    learningRate: {
      base: 4e-4,
      steps: [
        { fromEpoch: 50, factor: 0.1 },
        { fromEpoch: 100, factor: 0.01 },
        { fromEpoch: 150, factor: 0.001 },
      ],
    },
    shuffle: { kind: 'bounded', buffer: 10_000 },
    lastBatch: 'straddle',
    scaling: 'standardise',
    augmentation: [{ kind: 'pad-crop', padding: 4 }, { kind: 'flip' }],
  },
};

const cifarStudy = (
  name: string,
  kind: 'cifar-10' | 'cifar-100',
  task: Pick<StudyInput['task'], 'network' | 'recipe'>,
): StudyInput => ({
  ...{ noisefloor: 1, name, preset: name },
  task: { dataset: { kind, path: '' }, ...task },
  variants: paperVariants('device'),
  ...{ replicates: 10, record: referenceCheckpoints },
});

/**
 * A study of the paper on generated images of the same size, small enough for a CPU. Its rate is constant and its batches
 * are smaller, because its epochs are few and short; everything else is as in the study that it is made from.
 */
function miniOf(mini: {
  name: string;
  title: string;
  of: StudyInput;
  made: { classes: number; train: number; test: number };
  epochs: number;
  replicates: number;
  reference: string;
}): Preset {
  const { name, title, of, made, epochs, replicates } = mini;
  const { recipe, network } = of.task;
  return {
    ...{ name, title, reference: mini.reference, needs: [] },
    description: `The same network and recipe on ${made.train} generated images of ${made.classes} classes, to see the whole way from training to figures on any machine: ${epochs} epochs at a constant rate of 1e-3, batches of 32, ${replicates} replicates of each variant. Its numbers say nothing about CIFAR.`,
    study: {
      ...of,
      task: {
        dataset: { kind: 'generated', ...made },
        network,
        recipe: { ...recipe, learningRate: { base: 1e-3 }, batchSize: 32, epochs },
      },
      variants: paperVariants('accumulation-order'),
      replicates,
      record: {
        predictions: 'every',
        checkpoints: referenceCheckpoints.checkpoints.filter((epoch) => epoch < epochs),
      },
    },
  };
}

const fashionDescription =
  "The reference's SmallCNN and recipe on the shipped Fashion-MNIST sample: Adam at 4e-4, a tenth of it from epoch 50, a hundredth from epoch 100, batches of 128, bounded shuffle of 1,024. To save time it ends after 120 of the reference's 200 epochs, 20 of them at the lowest rate; with epochs set to 200 it trains them all.";

export const presets: readonly Preset[] = [
  {
    name: 'quickstart',
    title: 'Quickstart: SmallCNN on shipped Fashion-MNIST, in about two minutes',
    description:
      "The paper's four variants, three replicates each, of SmallCNN on the shipped Fashion-MNIST sample. Short on purpose: 12 epochs at a constant rate of 1e-3, where the reference takes 200 from 4e-4 down.",
    reference: null,
    needs: [],
    study: {
      noisefloor: 1,
      name: 'quickstart',
      preset: 'quickstart',
      task: {
        dataset: { kind: 'fashion-mnist-sample' },
        network: { name: 'smallcnn' },
        recipe: {
          ...referenceRecipe,
          learningRate: { base: 1e-3 },
          epochs: 12,
          shuffle: { kind: 'bounded', buffer: 1024 },
        },
      },
      variants: paperVariants('accumulation-order'),
      replicates: 3,
    },
  },
  {
    name: 'smallcnn-fashion',
    title: 'SmallCNN on shipped Fashion-MNIST',
    description: fashionDescription,
    reference,
    needs: [],
    study: fashionStudy('smallcnn-fashion', false),
  },
  {
    name: 'smallcnn-fashion-bn',
    title: 'SmallCNN with batch normalisation on shipped Fashion-MNIST',
    description: `With batch normalisation after each convolution. ${fashionDescription}`,
    reference,
    needs: [],
    study: fashionStudy('smallcnn-fashion-bn', true),
  },
  {
    name: 'smallcnn-images',
    title: 'SmallCNN on your own images',
    description:
      "The reference's SmallCNN and recipe, all 200 epochs of it, on any folder of class folders. The order is a full permutation: files of a folder come class by class, and a buffer of 1,024 would leave them so.",
    reference,
    needs: [
      {
        path: 'task.dataset.path',
        what: 'a folder of class folders of JPEG or PNG files, or one with train and test folders of them',
      },
    ],
    study: {
      noisefloor: 1,
      name: 'smallcnn-images',
      preset: 'smallcnn-images',
      task: {
        dataset: { kind: 'image-folder', path: '' },
        network: { name: 'smallcnn' },
        recipe: { ...referenceRecipe, shuffle: { kind: 'full' } },
      },
      variants: paperVariants('accumulation-order'),
      replicates: 10,
      record: referenceCheckpoints,
    },
  },
  {
    name: 'smallcnn-cifar10',
    title: 'SmallCNN on CIFAR-10',
    description: `The paper's first system, to the letter: ${cifarSmallCnn}`,
    reference,
    needs: [needsCifar10],
    study: cifarStudy('smallcnn-cifar10', 'cifar-10', smallCnnOnCifar),
  },
  {
    name: 'smallcnn-cifar10-bn',
    title: 'SmallCNN with batch normalisation on CIFAR-10',
    description: `With batch normalisation after each convolution, as in the paper's figure 2: ${cifarSmallCnn}`,
    reference,
    needs: [needsCifar10],
    study: cifarStudy('smallcnn-cifar10-bn', 'cifar-10', {
      ...smallCnnOnCifar,
      network: { name: 'smallcnn', batchNorm: true },
    }),
  },
  {
    name: 'smallcnn-cifar100',
    title: 'SmallCNN on CIFAR-100',
    description: `With 100 outputs, where the reference's code leaves 10 and so trains to nonsense. ${cifarSmallCnn}`,
    reference,
    needs: [needsCifar100],
    study: cifarStudy('smallcnn-cifar100', 'cifar-100', smallCnnOnCifar),
  },
  {
    name: 'resnet18-cifar10',
    title: 'ResNet18 on CIFAR-10',
    description: cifarResNet,
    reference: resNetReference,
    needs: [needsCifar10],
    study: cifarStudy('resnet18-cifar10', 'cifar-10', resNet18OnCifar),
  },
  {
    name: 'resnet18-cifar100',
    title: 'ResNet18 on CIFAR-100',
    description: cifarResNet,
    reference: resNetReference,
    needs: [needsCifar100],
    study: cifarStudy('resnet18-cifar100', 'cifar-100', resNet18OnCifar),
  },
  miniOf({
    name: 'smallcnn-cifar10-mini',
    title: 'SmallCNN on CIFAR-10, in minutes and without it',
    of: cifarStudy('smallcnn-cifar10-mini', 'cifar-10', smallCnnOnCifar),
    made: { classes: 10, train: 2000, test: 500 },
    ...{ epochs: 20, replicates: 3, reference },
  }),
  miniOf({
    name: 'smallcnn-cifar10-bn-mini',
    title: 'SmallCNN with batch normalisation on CIFAR-10, in minutes and without it',
    of: cifarStudy('smallcnn-cifar10-bn-mini', 'cifar-10', {
      ...smallCnnOnCifar,
      network: { name: 'smallcnn', batchNorm: true },
    }),
    made: { classes: 10, train: 2000, test: 500 },
    ...{ epochs: 20, replicates: 3, reference },
  }),
  miniOf({
    name: 'smallcnn-cifar100-mini',
    title: 'SmallCNN on CIFAR-100, in minutes and without it',
    of: cifarStudy('smallcnn-cifar100-mini', 'cifar-100', smallCnnOnCifar),
    made: { classes: 100, train: 4000, test: 1000 },
    ...{ epochs: 20, replicates: 3, reference },
  }),
  miniOf({
    name: 'resnet18-cifar10-mini',
    title: 'ResNet18 on CIFAR-10, in minutes and without it',
    of: cifarStudy('resnet18-cifar10-mini', 'cifar-10', resNet18OnCifar),
    made: { classes: 10, train: 320, test: 100 },
    ...{ epochs: 4, replicates: 2, reference: resNetReference },
  }),
  miniOf({
    name: 'resnet18-cifar100-mini',
    title: 'ResNet18 on CIFAR-100, in minutes and without it',
    of: cifarStudy('resnet18-cifar100-mini', 'cifar-100', resNet18OnCifar),
    made: { classes: 100, train: 400, test: 100 },
    ...{ epochs: 4, replicates: 2, reference: resNetReference },
  }),
  ...celebaPresets,
  ...sensitivityPresets,
  ...imageNetPresets,
];
