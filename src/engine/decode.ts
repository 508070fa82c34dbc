import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { NoisefloorError } from '../study/errors.ts';
import { bindingOf } from './binding.ts';
import { nativeTensor, type AttributeValue } from './nativeOperation.ts';
import { loadedTensorFlow } from './runtime.ts';
import { inScope } from './scope.ts';
import type { TensorFlow } from './tensorFlow.ts';

export interface DecodedImage {
  /** height * width * channels values, channels last. */
  readonly pixels: Uint8Array;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/**
 * The slow, exact DCT. TensorFlow's default is up to 5 grey levels off and changes predictions, so the way of decoding
 * belongs to the data set's identity.
 */
export const dctMethod = 'INTEGER_ACCURATE';

/** What decodes images, for the record. To be called once TensorFlow is loaded. */
export function decoderIdentity(): string {
  return `TensorFlow ${bindingOf(loadedTensorFlow()).TF_Version} DecodeJpeg ${dctMethod}`;
}

/**
 * Decodes a JPEG or PNG file. To be called once TensorFlow is loaded.
 * @param bytes the file.
 * @param channels 1 for grey, 3 for colour: the image is converted; 0 for as many as the file has.
 * @param size to resize to: bilinear with half-pixel centres, rounded.
 * @throws NoisefloorError `image-invalid` if the bytes are not a whole JPEG or PNG image; the caller knows the file's name.
 */
export function decodeImage(
  bytes: Uint8Array,
  channels: 0 | 1 | 3 = 0,
  size?: { readonly height: number; readonly width: number },
): DecodedImage {
  const tf = loadedTensorFlow();
  const [op, attributes] = decoderFor(bytes, channels);
  return inScope(tf, () => {
    let image: Tensor;
    let values: Int32Array;
    try {
      image = nativeTensor(tf, op, [tf.scalar(bytes, 'string')], attributes);
      if (size !== undefined) image = resized(tf, image, size);
      const integers = nativeTensor(tf, 'Cast', [image], {
        SrcT: { type: size === undefined ? 'uint8' : 'float32' },
        DstT: { type: 'int32' },
        Truncate: { bool: false },
      });
      values = integers.dataSync() as Int32Array;
    } catch (cause) {
      const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
      throw new NoisefloorError(
        'image-invalid',
        `The image cannot be decoded; the file may be damaged (${reason}).`,
        {
          cause,
        },
      );
    }
    const [height = 0, width = 0, decodedChannels = 0] = image.shape;
    return { pixels: Uint8Array.from(values), height, width, channels: decodedChannels };
  });
}

/** Resizes uint8 [h, w, c] and rounds; the graphs of streamed examples do the same. */
function resized(tf: TensorFlow, image: Tensor, size: { height: number; width: number }): Tensor {
  const expanded = nativeTensor(tf, 'ExpandDims', [image, tf.scalar(0, 'int32')], {
    T: { type: 'uint8' },
    Tdim: { type: 'int32' },
  });
  const scaled = nativeTensor(
    tf,
    'ResizeBilinear',
    [expanded, tf.tensor1d([size.height, size.width], 'int32')],
    { T: { type: 'uint8' }, align_corners: { bool: false }, half_pixel_centers: { bool: true } },
  );
  const rounded = nativeTensor(tf, 'Round', [scaled], { T: { type: 'float32' } });
  return nativeTensor(tf, 'Squeeze', [rounded], { T: { type: 'float32' }, squeeze_dims: { ints: [0] } });
}

function decoderFor(bytes: Uint8Array, channels: number): [op: string, Record<string, AttributeValue>] {
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) {
    return [
      'DecodeJpeg',
      {
        channels: { int: channels },
        ratio: { int: 1 },
        fancy_upscaling: { bool: true },
        try_recover_truncated: { bool: false },
        acceptable_fraction: { float: 1 },
        dct_method: { string: dctMethod },
      },
    ];
  }
  if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47])) {
    return ['DecodePng', { channels: { int: channels }, dtype: { type: 'uint8' } }];
  }
  throw new NoisefloorError('image-invalid', 'The file is neither a JPEG nor a PNG image.');
}

function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return prefix.every((byte, index) => bytes[index] === byte);
}
