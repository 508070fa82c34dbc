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
      'A folder of class folders of JPEG or PNG files of one size (or of any, with task.dataset.resize), grey or RGB, or train and test folders of class folders. Without a test folder a fixed part of each class (task.dataset.testFraction, 0.2 unless given) is kept for testing, chosen by a hash of the file names.',
    needsPath: true,
    licence: null,
  },
  {
    kind: 'imagenet',
    title: 'ImageNet',
    description:
      'A folder with the record files of TensorFlow Datasets (imagenet2012-train.tfrecord-00000-of-01024 ...) or of TensorFlow’s models (train-00000-of-01024 ... and validation-...), or with class folders in train and val. Images of any size, brought to one (task.dataset.resize, 224 x 224 unless given); read and decoded batch by batch.',
    needsPath: true,
    licence: null,
  },
  {
    kind: 'celeba',
    title: 'CelebA',
    description:
      'The folder with img_align_celeba, list_attr_celeba and list_eval_partition (.txt as published, or .csv): 202,599 faces, each with or without 40 attributes. Partition 0 trains and partition 2 tests (task.dataset.partition); images are brought to one size (task.dataset.resize, 128 x 128 unless given).',
    needsPath: true,
    licence: null,
  },
  {
    kind: 'cifar-10',
    title: 'CIFAR-10',
    description:
      'The folder that the archive of the binary version (cifar-10-batches-bin) or of the Python version (cifar-10-batches-py) unpacks to: 50,000 + 10,000 RGB images of 32 x 32 in 10 classes. Pickles are read without running anything.',
    needsPath: true,
    licence: null,
  },
  {
    kind: 'cifar-100',
    title: 'CIFAR-100',
    description:
      'The folder of the binary version (cifar-100-binary) or of the Python version (cifar-100-python): 50,000 + 10,000 RGB images of 32 x 32, labelled with 100 classes, or with their 20 superclasses (task.dataset.labels coarse).',
    needsPath: true,
    licence: null,
  },
  {
    kind: 'npz',
    title: 'NumPy file',
    description:
      'An .npz file with x_train, y_train, x_test and y_test, as Keras keeps its data sets: images uint8 of [n, height, width] or [n, height, width, 1 or 3], class indices of [n].',
    needsPath: true,
    licence: null,
  },
  {
    kind: 'generated',
    title: 'Generated images',
    description:
      'Images of any size made from a seed, the same on every machine: each shows the pattern of its class, shifted, under a pattern of its own and noise. For trying things out; what is found on them says nothing about photographs.',
    needsPath: false,
    licence: null,
  },
];
