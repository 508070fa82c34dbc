import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { NoisefloorError } from '../study/errors.ts';
import type { Recipe } from '../study/task.ts';
import { nativeTensor } from './nativeOperation.ts';
import type { TensorFlow } from './tensorFlow.ts';

/** The random numbers that augment a batch, fed with each step. */
export interface AugmentationNumbers {
  /** float32 [n] in [0, 1): an image is mirrored where its number is below one half. */
  readonly flip?: Tensor1D;
  /** int32 [n, 2]: row and column, 0 to twice the padding, at which the padded image is cropped. */
  readonly crop?: Tensor2D;
}

/** What a recipe's augmentation must be fed. */
export interface AugmentationNeeds {
  readonly flip: boolean;
  /** The padding in pixels; offsets run from 0 to twice that. Null where nothing is cropped. */
  readonly crop: number | null;
}

/**
 * What a recipe's augmentation must be fed.
 * @throws NoisefloorError `invalid-study` if it names one kind twice.
 */
export function augmentationNeeds(augmentation: Recipe['augmentation']): AugmentationNeeds {
  const kinds = augmentation.map(({ kind }) => kind);
  const repeated = kinds.find((kind, index) => kinds.indexOf(kind) !== index);
  if (repeated !== undefined) {
    throw new NoisefloorError(
      'invalid-study',
      `task.recipe.augmentation names "${repeated}" twice; each kind may occur once.`,
    );
  }
  const crop = augmentation.find((each) => each.kind === 'pad-crop');
  return { flip: kinds.includes('flip'), crop: crop?.padding ?? null };
}

/**
 * Augments scaled images in the recipe's order; padding is with zeros after scaling.
 * @param images float32 [n, h, w, c].
 */
export function augment(
  tf: TensorFlow,
  images: Tensor4D,
  augmentation: Recipe['augmentation'],
  numbers: AugmentationNumbers,
): Tensor4D {
  return augmentation.reduce((x, each) => {
    if (each.kind === 'flip') return numbers.flip === undefined ? x : mirrored(tf, x, numbers.flip);
    // The Inception crop is over by then: it makes images of one size (streamedExamples.ts).
    if (each.kind === 'inception-crop' || numbers.crop === undefined) return x;
    return cropped(tf, x, numbers.crop, each.padding);
  }, images);
}

function mirrored(tf: TensorFlow, x: Tensor4D, uniform: Tensor1D): Tensor4D {
  const mirror = tf.less(uniform, 0.5);
  return nativeTensor(tf, 'Select', [mirror, tf.reverse(x, 2), x], { T: { type: 'float32' } }) as Tensor4D;
}

function cropped(tf: TensorFlow, x: Tensor4D, offsets: Tensor2D, padding: number): Tensor4D {
  const [n, height, width] = x.shape;
  const around: [number, number] = [padding, padding];
  const padded = tf.pad(x, [[0, 0], around, around, [0, 0]]);
  const places = (column: number, size: number): Tensor =>
    tf.add(tf.slice(offsets, [0, column], [n, 1]), tf.reshape(tf.range(0, size, 1, 'int32'), [1, size]));
  const rows = gatherInEach(tf, padded, places(0, height), 1);
  return gatherInEach(tf, rows, places(1, width), 2) as Tensor4D;
}

/** Gathers along `axis`, each example by its own indices [n, k]. */
function gatherInEach(tf: TensorFlow, x: Tensor, indices: Tensor, axis: number): Tensor {
  return nativeTensor(tf, 'GatherV2', [x, indices, tf.scalar(axis, 'int32')], {
    Tparams: { type: 'float32' },
    Tindices: { type: 'int32' },
    Taxis: { type: 'int32' },
    batch_dims: { int: 1 },
  });
}
