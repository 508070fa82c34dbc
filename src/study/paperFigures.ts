import { paperVariants, type VaryingImplementation, type Variant } from './variant.ts';

/** A system that the paper trains. */
export interface PaperTask {
  /** Of the full study; the one on generated images adds `-mini`. */
  readonly preset: string;
  readonly network: string;
  readonly dataset: string;
  /** Where the reference's script writes another network than it trained. */
  readonly networkInReference?: string;
}

/** Every system of the figures, by the name that `--tasks` takes. */
export const paperTasks = {
  'smallcnn-cifar10': { preset: 'smallcnn-cifar10', network: 'SmallCNN', dataset: 'CIFAR10' },
  'smallcnn-cifar10-bn': { preset: 'smallcnn-cifar10-bn', network: 'SmallCNN', dataset: 'CIFAR10' },
  'smallcnn-cifar100': { preset: 'smallcnn-cifar100', network: 'SmallCNN', dataset: 'CIFAR100' },
  'resnet18-cifar10': { preset: 'resnet18-cifar10', network: 'ResNet18', dataset: 'CIFAR10' },
  'resnet18-cifar100': { preset: 'resnet18-cifar100', network: 'ResNet18', dataset: 'CIFAR100' },
  'resnet18-celeba': { preset: 'resnet18-celeba', network: 'ResNet18', dataset: 'CelebA' },
  'resnet50-imagenet': {
    ...{ preset: 'resnet50-imagenet', network: 'ResNet50', dataset: 'ImageNet' },
    networkInReference: 'ResNet18',
  },
} as const satisfies Record<string, PaperTask>;
export type PaperTaskName = keyof typeof paperTasks;

/** The figures that are made of trained replicates, and the systems that each shows, in its order. */
export const paperFigures = {
  figure1: ['smallcnn-cifar10', 'resnet18-cifar10', 'resnet18-cifar100', 'resnet50-imagenet'],
  figure2: ['smallcnn-cifar10-bn', 'smallcnn-cifar10'],
  figure3: ['smallcnn-cifar10', 'smallcnn-cifar100', 'resnet18-cifar10', 'resnet18-cifar100'],
  figure4: ['resnet18-celeba'],
  figure5: ['resnet18-cifar100'],
} as const satisfies Record<string, readonly PaperTaskName[]>;
export type PaperFigure = keyof typeof paperFigures;

/** What the figures call the variants that they show; CONTROL is in none of them. */
export const paperSettings = [
  { setting: 'Default', variant: 'ALGO+IMPL' },
  { setting: 'ALGO', variant: 'ALGO' },
  { setting: 'IMPL', variant: 'IMPL' },
] as const;

/** The variants that the figures show, in their order. */
export function figureVariants(implementation: VaryingImplementation): Variant[] {
  const variants = paperVariants(implementation);
  return paperSettings.flatMap(({ variant: name }) => variants.filter((variant) => variant.name === name));
}
