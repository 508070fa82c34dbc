import type { DatasetReference } from '../study/task.ts';

/** A file that its makers publish. */
export interface PublishedFile {
  /** What it is called here. */
  readonly name: string;
  readonly url: string;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** A data set that can be fetched from where its makers publish it. */
export interface PublicDataset {
  readonly name: string;
  readonly title: string;
  /** What its makers ask of those who use it. */
  readonly terms: string;
  readonly files: readonly PublishedFile[];
  /** For a gzipped tar archive: the folder in it that is kept, and the names of the files there. */
  readonly archive: { readonly folder: string; readonly files: readonly string[] } | null;
  /** How studies name it once it lies in a folder. */
  readonly referenceIn: (folder: string) => DatasetReference;
}

const cifarTerms =
  'Its makers state no licence; they ask for a reference to A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images" (2009).';

/** Zalando's own copies; the sums are those of its repository's files. */
const fashionUrl =
  'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/b2617bb6d3ffa2e429640350f613e3291e10b141/data/fashion/';

/** Every data set that `noisefloor datasets download` knows. Sizes and sums are pinned: what differs is refused. */
export const publicDatasets: readonly PublicDataset[] = [
  {
    name: 'cifar-10',
    title: 'CIFAR-10, binary version',
    terms: cifarTerms,
    files: [
      {
        name: 'cifar-10-binary.tar.gz',
        url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
        bytes: 170_052_171,
        sha256: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd',
      },
    ],
    archive: {
      folder: 'cifar-10-batches-bin',
      files: [...[1, 2, 3, 4, 5].map((number) => `data_batch_${number}.bin`), 'test_batch.bin'],
    },
    referenceIn: (path) => ({ kind: 'cifar-10', path }),
  },
  {
    name: 'cifar-100',
    title: 'CIFAR-100, binary version',
    terms: cifarTerms,
    files: [
      {
        name: 'cifar-100-binary.tar.gz',
        url: 'https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz',
        bytes: 168_513_733,
        sha256: '58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec',
      },
    ],
    archive: { folder: 'cifar-100-binary', files: ['train.bin', 'test.bin'] },
    referenceIn: (path) => ({ kind: 'cifar-100', path, labels: 'fine' }),
  },
  {
    name: 'fashion-mnist',
    title: 'Fashion-MNIST, all 70,000 images',
    terms: 'MIT licence, Zalando SE.',
    files: [
      {
        name: 'train-images-idx3-ubyte.gz',
        url: `${fashionUrl}train-images-idx3-ubyte.gz`,
        bytes: 26_421_880,
        sha256: '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84',
      },
      {
        name: 'train-labels-idx1-ubyte.gz',
        url: `${fashionUrl}train-labels-idx1-ubyte.gz`,
        bytes: 29_515,
        sha256: 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845',
      },
      {
        name: 't10k-images-idx3-ubyte.gz',
        url: `${fashionUrl}t10k-images-idx3-ubyte.gz`,
        bytes: 4_422_102,
        sha256: '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073',
      },
      {
        name: 't10k-labels-idx1-ubyte.gz',
        url: `${fashionUrl}t10k-labels-idx1-ubyte.gz`,
        bytes: 5_148,
        sha256: '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5',
      },
    ],
    archive: null,
    referenceIn: (path) => ({ kind: 'idx', path }),
  },
];
