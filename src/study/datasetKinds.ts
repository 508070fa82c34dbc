import type { DatasetReference } from './task.ts';

/** A kind of data set that studies can name. */
export interface DatasetKind {
  kind: DatasetReference['kind'];
  title: string;
  /** What it is, how it is split, and what a folder has to hold. */
  description: string;
  /** Whether it needs `task.dataset.path`. */
  needsPath: boolean;
  /** Licence of what is shipped, null where the data are the user's own. */
  licence: string | null;
}

/** Every kind of data set, shipped ones first. */
export const datasetKinds: readonly DatasetKind[] = [
  {
    kind: 'fashion-mnist-sample',
    title: 'Fashion-MNIST sample',
    description:
      'The 10,000 test images of Fashion-MNIST (28 x 28 grey, 10 classes), shipped with Noisefloor. In file order the first 8,000 train and the last 2,000 test.',
    needsPath: false,
    licence: 'MIT',
  },
  {
    kind: 'idx',
    title: 'IDX files',
    description:
      'A folder with the four files of MNIST or Fashion-MNIST, gzipped or not: train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte.',
    needsPath: true,
    licence: null,
  },
  {
    kind: 'image-folder',
    title: 'Image folder',
    description:
      'A folder of class folders of JPEG or PNG files of one size, grey or RGB, or train and test folders of class folders. Without a test folder a fixed part of each class (task.dataset.testFraction, 0.2 unless given) is kept for testing, chosen by a hash of the file names.',
    needsPath: true,
    licence: null,
  },
];
