import type { NetworkKind } from './networkKind.ts';

/** Filters of the six convolutions of the reference. */
const filters = [16, 32, 64, 128, 256, 512] as const;

/**
 * MediumCNN of the reference: six times convolution, batch normalisation, ReLU, maximum pooling 2; global average
 * pooling; dense to the classes. For 224 x 224 x 3 images and 1,000 classes 692,680, 2,089,800, 4,884,040 or 9,075,400
 * parameters with kernels of 1, 3, 5 or 7 pixels.
 *
 * ReLU comes after pooling here, as in SmallCNN: the same values and gradients for a quarter of the work.
 */
export const mediumCnn: NetworkKind<'mediumcnn'> = {
  title: 'MediumCNN',
  smallestSide: 2 ** filters.length,
  because: 'halves the image six times',
  draw(blueprint, { kernel }, classes) {
    let x = blueprint.image;
    for (const count of filters) {
      x = blueprint.convolution(x, { filters: count, size: kernel });
      x = blueprint.batchNormalization(x);
      x = blueprint.maximumPool(x, { size: 2 });
      x = blueprint.activation(x, 'relu');
    }
    return blueprint.dense(blueprint.globalAveragePool(x), { units: classes });
  },
};
