import type { Tensor4D } from '@tensorflow/tfjs-node-gpu';
import type { Recipe } from '../study/task.ts';
import type { TensorFlow } from './tensorFlow.ts';

/**
 * Turns pixels into the numbers a network is given.
 * @param pixels float32 [n, h, w, c], 0 to 255.
 * @param scaling `unit` divides by 255, `none` changes nothing, `standardise` is `tf.image.per_image_standardization`:
 *   each image minus its mean, over the larger of its standard deviation and 1 / sqrt(number of values).
 */
export function scale(tf: TensorFlow, pixels: Tensor4D, scaling: Recipe['scaling']): Tensor4D {
  if (scaling === 'none') return pixels;
  if (scaling === 'unit') return tf.div(pixels, 255);
  const [, height, width, channels] = pixels.shape;
  const mean = tf.mean(pixels, [1, 2, 3], true);
  const centred = tf.sub(pixels, mean);
  const deviation = tf.sqrt(tf.mean(tf.square(centred), [1, 2, 3], true));
  return tf.div(centred, tf.maximum(deviation, 1 / Math.sqrt(height * width * channels)));
}
