import type { LayersModel } from '@tensorflow/tfjs-node-gpu';
import { batchNormalization } from '../engine/layers/batchNormalization.ts';
import { convolution } from '../engine/layers/convolution.ts';
import { fedDropout } from '../engine/layers/fedDropout.ts';
import { rectifier } from '../engine/layers/rectifier.ts';
import type { Network, NetworkContext } from '../engine/network.ts';
import { NoisefloorError } from '../study/errors.ts';
import type { NetworkReference } from '../study/task.ts';

export type SmallCnnReference = Extract<NetworkReference, { name: 'smallcnn' }>;

/** Filters of the three convolutions of the reference. */
const filters = [16, 32, 32] as const;
/** Each convolution is followed by a pooling that halves the image. */
const smallestSide = 2 ** filters.length;

/**
 * SmallCNN of the reference (`smallcnn.py`): three times convolution 3 x 3, batch normalisation or not, ReLU, maximum
 * pooling 2; global average pooling; dense 32 with ReLU; dropout or not; dense to the classes. 15,722 parameters for
 * 32 x 32 x 3 images and 10 classes, 16,042 with batch normalisation.
 *
 * ReLU comes after pooling here: the maximum of a window is the same either way and so is the place that its gradient
 * goes to, and a quarter of the work is left.
 *
 * @throws NoisefloorError `image-too-small` if a side is below 8 pixels.
 */
export function smallCnn(reference: SmallCnnReference, { tf, imageShape, classes }: NetworkContext): Network {
  const [height, width] = imageShape;
  if (Math.min(height, width) < smallestSide) {
    throw new NoisefloorError(
      'image-too-small',
      `SmallCNN halves the image three times, so images must be at least ${String(smallestSide)} x ${String(smallestSide)} pixels; these are ${String(height)} x ${String(width)}.`,
    );
  }
  const dropout = reference.dropout > 0 ? [fedDropout(tf, { name: 'dropout', rate: reference.dropout })] : [];
  const image = tf.input({ shape: [...imageShape] });
  const layers = [
    ...filters.flatMap((count, index) => {
      const suffix = index === 0 ? '' : `_${String(index)}`;
      const name = `conv2d${suffix}`;
      return [
        ...(reference.batchNorm
          ? [
              convolution(tf, { name, filters: count, size: 3 }),
              batchNormalization(tf, { name: `batch_normalization${suffix}` }),
              tf.layers.maxPooling2d({ name: `max_pooling2d${suffix}`, poolSize: 2, strides: 2 }),
            ]
          : [convolution(tf, { name, filters: count, size: 3, pool: true })]),
        rectifier(tf, `relu${suffix}`),
      ];
    }),
    tf.layers.globalAveragePooling2d({ name: 'global_average_pooling2d', dataFormat: 'channelsLast' }),
    tf.layers.dense({ name: 'dense', units: 32, kernelInitializer: 'zeros' }),
    rectifier(tf, 'relu_3'),
    ...dropout,
    tf.layers.dense({ name: 'dense_1', units: classes, kernelInitializer: 'zeros' }),
  ];
  const logits = layers.reduce((x, layer) => layer.apply(x) as typeof image, image);
  const model: LayersModel = tf.model({ name: 'smallcnn', inputs: image, outputs: logits });
  return { model, dropout };
}
