import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Examples } from '../engine/labelledImages.ts';
import { makeDataset, type Dataset } from './identity.ts';
import { readIdxImages, readIdxLabels } from './idxFile.ts';
import { invalidData } from './invalid.ts';
import { checkedLabels } from './labels.ts';

/** The ten classes, in the order of their labels. */
const fashionClassNames = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
] as const;

/** SHA-256 of the 60,000 training labels, which nothing but Fashion-MNIST has. */
const fashionTrainLabels = '657fbd221bfc9f4198cc14b5619cc33ec57c58dd0e47af4d99d6650759e869a7';

const folder = fileURLToPath(new URL('../../resources/fashion-mnist/', import.meta.url));
const trainCount = 8000;
const testCount = 2000;

/** The names of Fashion-MNIST's classes if these are its training labels, otherwise null. */
export function fashionClassNamesFor(trainLabels: Uint8Array): string[] | null {
  const hash = createHash('sha256').update(trainLabels).digest('hex');
  return hash === fashionTrainLabels ? [...fashionClassNames] : null;
}

/**
 * The shipped 10,000 test images of Fashion-MNIST, split in file order: the first 8,000 train, the last 2,000 test
 * (see resources/fashion-mnist/README.md).
 * @throws NoisefloorError `dataset-invalid` if the shipped files are damaged.
 */
export async function loadFashionMnistSample(): Promise<Dataset> {
  const imageFile = `${folder}t10k-images-idx3-ubyte.gz`;
  const labelFile = `${folder}t10k-labels-idx1-ubyte.gz`;
  const { images, count, height, width } = await readIdxImages(imageFile);
  if (count !== trainCount + testCount) {
    throw invalidData(imageFile, `holds ${count} images instead of 10,000. Restore the shipped file.`);
  }
  const labels = checkedLabels({
    labels: await readIdxLabels(labelFile),
    file: labelFile,
    classes: fashionClassNames.length,
    images: imageFile,
    imageCount: count,
  });
  const part = (from: number, to: number): Examples => ({
    images: images.slice(from * height * width, to * height * width),
    labels: labels.slice(from, to),
    shape: [height, width, 1],
  });
  const classNames = [...fashionClassNames];
  const described = { name: 'Fashion-MNIST sample', kind: 'fashion-mnist-sample', classNames };
  return makeDataset(described, part(0, trainCount), part(trainCount, count));
}
