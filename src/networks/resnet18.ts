import type { SymbolicTensor } from '@tensorflow/tfjs-node-gpu';
import { batchNormalization } from '../engine/layers/batchNormalization.ts';
import { convolution } from '../engine/layers/convolution.ts';
import { rectifier } from '../engine/layers/rectifier.ts';
import type { Network, NetworkContext } from '../engine/network.ts';
import { NoisefloorError } from '../study/errors.ts';

/** Filters of the four stages, of two blocks each. */
const stages = [64, 128, 256, 512] as const;
const finalPool = 4;
/** The last three stages halve the image, rounding up, and the pool needs 4 x 4 of what is left. */
const smallestSide = 2 ** (stages.length - 1) * (finalPool - 1) + 1;

/**
 * ResNet18 for small images as the reference builds it (He et al. 2016, with a 3 x 3 convolution and no pooling at the
 * start): convolutions without bias, projection shortcuts with batch normalisation, and at the end a 4 x 4 average pool
 * and a flatten rather than a global pool. 11,183,562 parameters, batch-norm statistics included, for 32 x 32 x 3 images
 * and 10 classes.
 *
 * @throws NoisefloorError `image-too-small` if a side is below 25 pixels.
 */
export function resNet18({ tf, imageShape, classes }: NetworkContext): Network {
  const [height, width] = imageShape;
  if (Math.min(height, width) < smallestSide) {
    throw new NoisefloorError(
      'image-too-small',
      `ResNet18 halves the image three times before a ${String(finalPool)} x ${String(finalPool)} pool, so images must be at least ${String(smallestSide)} x ${String(smallestSide)} pixels; these are ${String(height)} x ${String(width)}.`,
    );
  }
  const then = (x: SymbolicTensor, ...layers: ReturnType<typeof convolution>[]): SymbolicTensor =>
    layers.reduce((input, layer) => layer.apply(input) as SymbolicTensor, x);
  const normalizedConvolution = (
    x: SymbolicTensor,
    name: string,
    options: { filters: number; size: number; strides?: number },
  ): SymbolicTensor =>
    then(
      x,
      convolution(tf, { name, ...options, bias: false }),
      batchNormalization(tf, { name: `${name}_bn` }),
    );

  const block = (x: SymbolicTensor, name: string, filters: number, strides: number): SymbolicTensor => {
    const projected = x.shape[3] !== filters || strides !== 1;
    const shortcut = projected
      ? normalizedConvolution(x, `${name}_shortcut`, { filters, size: 1, strides })
      : x;
    const first = then(
      normalizedConvolution(x, `${name}_conv1`, { filters, size: 3, strides }),
      rectifier(tf, `${name}_relu1`),
    );
    const second = normalizedConvolution(first, `${name}_conv2`, { filters, size: 3 });
    const sum = tf.layers.add({ name: `${name}_add` }).apply([second, shortcut]) as SymbolicTensor;
    return then(sum, rectifier(tf, `${name}_relu2`));
  };

  const image = tf.input({ shape: [...imageShape] });
  const stem = then(
    normalizedConvolution(image, 'stem', { filters: stages[0], size: 3 }),
    rectifier(tf, 'stem_relu'),
  );
  const features = stages.reduce((x, filters, stage) => {
    const name = `stage${String(stage + 1)}`;
    return block(block(x, `${name}_block1`, filters, stage === 0 ? 1 : 2), `${name}_block2`, filters, 1);
  }, stem);
  const logits = then(
    features,
    tf.layers.averagePooling2d({ name: 'average_pooling2d', poolSize: finalPool }),
    tf.layers.flatten({ name: 'flatten' }),
    tf.layers.dense({ name: 'dense', units: classes, kernelInitializer: 'zeros' }),
  );
  return { model: tf.model({ name: 'resnet18', inputs: image, outputs: logits }), dropout: [] };
}
