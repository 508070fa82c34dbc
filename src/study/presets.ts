import { NoisefloorError } from './errors.ts';
import { valueAt } from './expectation.ts';
import { nearest, suggestion } from './nearest.ts';
import { applyOverrides } from './overrides.ts';
import type { Study, StudyInput } from './study.ts';
import { paperVariants } from './variant.ts';

/** Something that a preset leaves open. */
export interface PresetNeed {
  /** Path in the study, for `--set`. */
  path: string;
  /** What belongs there, for example `a folder of class folders of JPEG or PNG files`. */
  what: string;
}

/** A named study, ready to run. */
export interface Preset {
  name: string;
  title: string;
  /** What it is for, and where it departs from its reference and why. */
  description: string;
  /** Where the task comes from. */
  reference: string | null;
  /** What has to be given before it runs; empty in most. */
  needs: readonly PresetNeed[];
  /** The study as a study file would say it; values that it needs are empty text. */
  study: StudyInput;
}

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

/** The reference keeps the weights of epochs 9, 49, 99, 149 and the last: those that so short a study has. */
const referenceRecord = (epochs: number): StudyInput['record'] => ({
  predictions: 'every',
  checkpoints: [9, 49, 99, 149].filter((epoch) => epoch < epochs),
});

/** Of the reference's 200, for the shipped sample. */
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
  record: referenceRecord(fashionEpochs),
});

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
      record: referenceRecord(referenceRecipe.epochs),
    },
  },
];

/**
 * The preset of that name, matched without case.
 * @throws NoisefloorError `unknown-preset` with the nearest names.
 */
export function presetNamed(name: string): Preset {
  const found = presets.find((preset) => preset.name === name.trim().toLowerCase());
  if (found !== undefined) return found;
  const names = presets.map((preset) => preset.name);
  throw new NoisefloorError('unknown-preset', `There is no preset "${name}". ${suggestion(name, names)}`, {
    details: { name, nearest: nearest(name, names), known: names },
  });
}

/**
 * A preset's study with overrides applied, as `run <preset> --set key=value` makes it.
 * @throws NoisefloorError `preset-needs` where something it needs is still missing; `invalid-override` and
 *   `invalid-study` as applyOverrides.
 */
export function studyFromPreset(preset: Preset, overrides: readonly string[] = []): Study {
  const missing = preset.needs.find(({ path }) => {
    const given = overrides.some((text) =>
      [path, path.replace(/^task\./, '')].includes(text.split('=', 1)[0] ?? ''),
    );
    return !given && valueAt(preset.study, path.split('.')) === '';
  });
  if (missing !== undefined) {
    throw new NoisefloorError(
      'preset-needs',
      `The preset ${preset.name} needs ${missing.what}. Give it with --set ${missing.path}=VALUE.`,
      { details: { preset: preset.name, path: missing.path } },
    );
  }
  return applyOverrides(preset.study, overrides);
}
