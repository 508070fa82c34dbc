import type { Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { NoisefloorError } from '../study/errors.ts';
import type { Recipe } from '../study/task.ts';
import type { TensorFlow } from './tensorFlow.ts';

/** Mean and standard deviation of red, green and blue over ImageNet's training images, 0 to 1, as TensorFlow's models have them. */
const imageNetColours = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] };

/**
 * Turns pixels into the numbers a network is given.
 * @param pixels float32 [n, h, w, c], 0 to 255.
 * @param scaling `unit` divides by 255, `none` changes nothing, `standardise` is `tf.image.per_image_standardization`:
 *   each image minus its mean, over the larger of its standard deviation and 1 / sqrt(number of values); `imagenet` is each colour minus ImageNet's mean, over its standard deviation.
 * @throws NoisefloorError `dataset-invalid` for `imagenet` on images without three colours.
 */
export function scale(tf: TensorFlow, pixels: Tensor4D, scaling: Recipe['scaling']): Tensor4D {
  if (scaling === 'none') return pixels;
  if (scaling === 'unit') return tf.div(pixels, 255);
  const [, height, width, channels] = pixels.shape;
  if (scaling === 'imagenet') {
    if (channels !== 3) {
      throw new NoisefloorError(
        'dataset-invalid',
        `task.recipe.scaling is imagenet, which is of red, green and blue, but the images have ${channels} channel. Choose standardise, or bring the images to RGB.`,
      );
    }
    const { mean: means, deviation: deviations } = imageNetColours;
    const scaled = (values: readonly number[]): number[] => values.map((value) => 255 * value);
    return tf.div(tf.sub(pixels, scaled(means)), scaled(deviations));
  }
  const mean = tf.mean(pixels, [1, 2, 3], true);
  const centred = tf.sub(pixels, mean);
  const deviation = tf.sqrt(tf.mean(tf.square(centred), [1, 2, 3], true));
  return tf.div(centred, tf.maximum(deviation, 1 / Math.sqrt(height * width * channels)));
}
