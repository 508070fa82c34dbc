import type { NetworkKind } from './networkKind.ts';

/** Filters of the three convolutions of the reference. */
const filters = [16, 32, 32] as const;
const hidden = 32;

/**
 * SmallCNN of the reference (`smallcnn.py`): three times convolution 3 x 3, batch normalisation or not, ReLU, maximum
 * pooling 2; global average pooling; dense 32 with ReLU; dropout or not; dense to the classes. 15,722 parameters for
 * 32 x 32 x 3 images and 10 classes, 16,042 with batch normalisation.
 *
 * With batch normalisation, ReLU comes after pooling here: the maximum of a window is the same either way and so is the
 * place that its gradient goes to, and a quarter of the work is left.
 */
export const smallCnn: NetworkKind<'smallcnn'> = {
  title: 'SmallCNN',
  smallestSide: 2 ** filters.length,
  because: 'halves the image three times',
  draw(blueprint, { batchNorm, dropout }, classes) {
    let x = blueprint.image;
    for (const count of filters) {
      x = blueprint.convolution(x, { filters: count, size: 3, rectifiedPool: !batchNorm });
      if (!batchNorm) continue;
      x = blueprint.batchNormalization(x);
      x = blueprint.maximumPool(x, { size: 2 });
      x = blueprint.activation(x, 'relu');
    }
    x = blueprint.globalAveragePool(x);
    x = blueprint.dense(x, { units: hidden });
    x = blueprint.activation(x, 'relu', 'relu_3');
    x = blueprint.dropout(x, { name: 'dropout', rate: dropout });
    return blueprint.dense(x, { units: classes });
  },
};
