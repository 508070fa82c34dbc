import type { DatasetReference } from './task.ts';

/** What is known of data before they are read. */
export interface DatasetFacts {
  readonly examples: { readonly train: number; readonly test: number };
  /** [height, width, channels] */
  readonly shape: readonly [number, number, number];
  /** Attributes, where the examples have those. */
  readonly classes: number;
  /** How many answers an example asks for; 1 unless it has attributes. */
  readonly answers?: number;
}

/**
 * How large the data of a study are, where their kind says it.
 * @returns null for data of a person's own, which have to be read.
 */
export function datasetFacts(dataset: DatasetReference): DatasetFacts | null {
  switch (dataset.kind) {
    case 'fashion-mnist-sample':
      return { examples: { train: 8000, test: 2000 }, shape: [28, 28, 1], classes: 10 };
    case 'cifar-10':
      return { examples: { train: 50_000, test: 10_000 }, shape: [32, 32, 3], classes: 10 };
    case 'cifar-100': {
      const classes = dataset.labels === 'fine' ? 100 : 20;
      return { examples: { train: 50_000, test: 10_000 }, shape: [32, 32, 3], classes };
    }
    case 'imagenet': {
      const { height, width } = dataset.resize;
      return { examples: { train: 1_281_167, test: 50_000 }, shape: [height, width, 3], classes: 1000 };
    }
    case 'celeba': {
      const { height, width } = dataset.resize;
      const test = dataset.partition === 'test' ? 19_962 : 19_867;
      return {
        ...{ examples: { train: 162_770, test }, shape: [height, width, 3], classes: 40, answers: 40 },
      };
    }
    case 'generated': {
      const { train, test, height, width, channels, attributes } = dataset;
      const classes = attributes ?? dataset.classes;
      const facts = { examples: { train, test }, shape: [height, width, channels] as const, classes };
      return attributes === undefined ? facts : { ...facts, answers: attributes };
    }
    default:
      return null;
  }
}
