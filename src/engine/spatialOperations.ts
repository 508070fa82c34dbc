import type { Tensor, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import type { Padding } from '../networks/layerOperation.ts';
import { nativeTensor } from './nativeOperation.ts';
import type { TensorFlow } from './tensorFlow.ts';

const float = { type: 'float32' } as const;
const index = { type: 'int32' } as const;

/**
 * Convolves each channel by itself, with TensorFlow's own gradients.
 * @param x float32 [n, h, w, c].
 * @param kernel float32 [height, width, c, multiplier].
 * @returns float32 [n, h', w', c multiplier].
 */
export function depthwiseConvolution(
  tf: TensorFlow,
  x: Tensor4D,
  kernel: Tensor4D,
  { strides, padding }: { strides: number; padding: Padding },
): Tensor4D {
  const attributes = {
    T: float,
    strides: { ints: [1, strides, strides, 1] },
    padding: { string: padding.toUpperCase() },
    data_format: { string: 'NHWC' },
    dilations: { ints: [1, 1, 1, 1] },
  } as const;
  const { shape } = x;
  return tf.customGrad((input, weights, save) => {
    (save as (tensors: Tensor[]) => void)([input as Tensor, weights as Tensor]);
    return {
      value: nativeTensor(tf, 'DepthwiseConv2dNative', [input as Tensor, weights as Tensor], attributes),
      gradFunc: (dy: Tensor, [inputs, kernels]: Tensor[]) => {
        if (inputs === undefined || kernels === undefined)
          throw new Error('tfjs lost what a convolution had saved.');
        const sizes = (of: readonly number[]): Tensor => tf.tensor1d([...of], 'int32');
        return [
          nativeTensor(tf, 'DepthwiseConv2dNativeBackpropInput', [sizes(shape), kernels, dy], attributes),
          nativeTensor(
            tf,
            'DepthwiseConv2dNativeBackpropFilter',
            [inputs, sizes(kernel.shape), dy],
            attributes,
          ),
        ];
      },
    };
  })(x, kernel) as Tensor4D;
}

/**
 * The mean over an image: [n, h, w, c] -> [n, 1, 1, c]. tfjs's own gradient would put an image of ones into the graph.
 */
export function meanOverImage(tf: TensorFlow, x: Tensor4D): Tensor4D {
  const [, height, width] = x.shape;
  const { shape } = x;
  return tf.customGrad((input) => ({
    value: nativeTensor(tf, 'Mean', [input as Tensor, tf.tensor1d([1, 2], 'int32')], {
      T: float,
      Tidx: index,
      keep_dims: { bool: true },
    }),
    gradFunc: (dy: Tensor) =>
      nativeTensor(tf, 'BroadcastTo', [tf.div(dy, height * width), tf.tensor1d(shape, 'int32')], {
        T: float,
        Tidx: index,
      }),
  }))(x) as Tensor4D;
}
