import { NoisefloorError } from './errors.ts';
import { nearest, suggestion } from './nearest.ts';
import type { NetworkReference } from './task.ts';

/** A network whose training steps are timed. */
export interface OverheadModel {
  /** As figures call it. */
  readonly name: string;
  readonly network: NetworkReference;
}

/** Networks whose training is timed under several execution configurations. */
export interface OverheadPreset {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly models: readonly OverheadModel[];
  /** Height and width of the images, in pixels; a network that takes none so small gets its least. */
  readonly side: number;
  readonly batchSize: number;
  /** Steps that are timed, and steps before them that are not. */
  readonly iterations: number;
  readonly warmUp: number;
}

const zoo: readonly OverheadModel[] = [
  { name: 'VGG16', network: { name: 'vgg16' } },
  { name: 'VGG19', network: { name: 'vgg19' } },
  { name: 'ResNet50', network: { name: 'resnet50' } },
  { name: 'ResNet152', network: { name: 'resnet152' } },
  { name: 'DenseNet121', network: { name: 'densenet121' } },
  { name: 'DenseNet201', network: { name: 'densenet201' } },
  { name: 'InceptionV3', network: { name: 'inceptionv3' } },
  { name: 'Xception', network: { name: 'xception' } },
  { name: 'MobileNet', network: { name: 'mobilenet', dropout: 1e-3 } },
  { name: 'EfficientNetB0', network: { name: 'efficientnetb0', dropout: 0.2, dropConnect: 0.2 } },
];

const kernels: readonly OverheadModel[] = ([1, 3, 5, 7] as const).map((kernel) => ({
  name: `MediumCNN ${kernel}*${kernel}`,
  network: { name: 'mediumcnn', kernel },
}));

const paper = { side: 224, batchSize: 128, iterations: 100, warmUp: 10 } as const;
const mini = { side: 32, batchSize: 8, iterations: 10, warmUp: 3 } as const;
const departs =
  'Images are generated and lie in memory, so that reading them costs nothing; the reference reads ImageNet and times the kernels of the GPU alone. Adam, 1,000 classes, steps of the warm-up left out.';

export const overheadPresets: readonly OverheadPreset[] = [
  {
    name: 'overhead-zoo',
    title: "The paper's ten networks: overhead of determinism by network",
    description: `100 steps of 128 images of 224 x 224. ${departs} This is for a GPU with a good deal of memory.`,
    models: zoo,
    ...paper,
  },
  {
    name: 'mediumcnn-kernels',
    title: 'MediumCNN with kernels of 1, 3, 5 and 7: overhead of determinism by kernel size',
    description: `100 steps of 128 images of 224 x 224. ${departs}`,
    models: kernels,
    ...paper,
  },
  {
    name: 'overhead-zoo-mini',
    title: "The paper's ten networks, on small images and in small batches",
    description: `10 steps of 8 images of 32 x 32, or of the least that a network takes: the whole way on any machine. ${departs}`,
    models: zoo,
    ...mini,
  },
  {
    name: 'mediumcnn-kernels-mini',
    title: 'MediumCNN with kernels of 1, 3, 5 and 7, on small images and in small batches',
    description: `10 steps of 8 images of 64 x 64: the whole way on any machine. ${departs}`,
    models: kernels,
    ...mini,
    side: 64,
  },
];

/**
 * The preset of that name, matched without case.
 * @throws NoisefloorError `unknown-preset` with the nearest names.
 */
export function overheadPresetNamed(name: string): OverheadPreset {
  const found = overheadPresets.find((preset) => preset.name === name.trim().toLowerCase());
  if (found !== undefined) return found;
  const names = overheadPresets.map((preset) => preset.name);
  throw new NoisefloorError(
    'unknown-preset',
    `There is no preset "${name}" of networks to time. ${suggestion(name, names)}`,
    { details: { name, nearest: nearest(name, names), known: names } },
  );
}
