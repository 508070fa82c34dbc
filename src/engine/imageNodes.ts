import { attribute } from './attributes.ts';
import type { DataType } from './dataTypes.ts';
import { dctMethod } from './decode.ts';
import type { GraphDefinition, GraphOutput } from './graphDefinition.ts';

/** The rows of a tensor, one output each. */
export function unstacked(
  graph: GraphDefinition,
  dtype: DataType,
  rows: GraphOutput,
  count: number,
): GraphOutput[] {
  const first = graph.add('Unpack', [rows], {
    T: attribute.type(dtype),
    num: attribute.int(count),
    axis: attribute.int(0),
  });
  return Array.from({ length: count }, (_, row) => (row === 0 ? first : `${first}:${String(row)}`));
}

/** uint8 [height, width, channels] of an encoded image. The op decodes PNG as well. */
export function decodedImage(graph: GraphDefinition, file: GraphOutput, channels: number): GraphOutput {
  return graph.add('DecodeJpeg', [file], {
    channels: attribute.int(channels),
    ratio: attribute.int(1),
    fancy_upscaling: attribute.bool(true),
    try_recover_truncated: attribute.bool(false),
    acceptable_fraction: attribute.float(1),
    dct_method: attribute.string(dctMethod),
  });
}

/** A window of an image: int32 [3] where it begins, int32 [3] its size. */
export function slicedTo(
  graph: GraphDefinition,
  image: GraphOutput,
  begin: GraphOutput,
  size: GraphOutput,
): GraphOutput {
  return graph.add('Slice', [image, begin, size], {
    T: attribute.type('uint8'),
    Index: attribute.type('int32'),
  });
}

/** Resizes uint8 [h, w, c] to float32 of another height and width: bilinear with half-pixel centres. */
export function scaledTo(
  graph: GraphDefinition,
  image: GraphOutput,
  [height, width]: readonly [height: number, width: number, ...rest: number[]],
): GraphOutput {
  const one = graph.add('ExpandDims', [image, graph.intScalar(0)], {
    T: attribute.type('uint8'),
    Tdim: attribute.type('int32'),
  });
  const scaled = graph.add('ResizeBilinear', [one, graph.intVector([height, width])], {
    T: attribute.type('uint8'),
    align_corners: attribute.bool(false),
    half_pixel_centers: attribute.bool(true),
  });
  return graph.add('Squeeze', [scaled], {
    T: attribute.type('float32'),
    squeeze_dims: attribute.ints([0]),
  });
}

/** Rounds to uint8, as resized images are that are held (decode.ts). */
export function rounded(graph: GraphDefinition, image: GraphOutput): GraphOutput {
  const whole = graph.add('Round', [image], { T: attribute.type('float32') });
  return graph.add('Cast', [whole], {
    SrcT: attribute.type('float32'),
    DstT: attribute.type('uint8'),
    Truncate: attribute.bool(false),
  });
}
