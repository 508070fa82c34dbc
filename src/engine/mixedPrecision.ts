import type { Precision } from '../study/execution.ts';
import { attribute, type Attributes } from './attributes.ts';

/** A floating-point type of 16 bits. */
export type HalfType = 'float16' | 'bfloat16';

/** How an op is recorded in a half type. */
export interface HalfOperation {
  readonly type: HalfType;
  /** Which inputs are of the half type. */
  readonly inputs: readonly boolean[];
  /** Which of its outputs, of those that are float32 otherwise, are of the half type. */
  readonly outputs: (index: number) => boolean;
  readonly attributes: Attributes;
}

/** The type that a precision computes layers in, where it is not float32. */
export function halfTypeOf(precision: Precision): HalfType | undefined {
  if (precision === 'mixed-float16') return 'float16';
  return precision === 'mixed-bfloat16' ? 'bfloat16' : undefined;
}

/** What layers with weights are made of: from here on, numbers are of the half type. */
const begins = /^(Conv|DepthwiseConv|BatchMatMul|MatMul|BiasAdd)/;

/**
 * Batch normalisation takes and gives its images in the half type and all else (scale, offset, statistics) in float32,
 * as the attribute U says; by op: the inputs that are images.
 */
const images: Readonly<Record<string, readonly number[]>> = {
  FusedBatchNormV3: [0],
  FusedBatchNormGradV3: [0, 1],
};

/**
 * How an op is recorded under Keras' mixed precision: layers with weights compute in the half type, with their weights
 * rounded to it, and so does whatever is made of their results. Weights themselves, their gradients' sums, moving
 * statistics and the loss are float32; nothing begins to be half before the first layer.
 * @param inputs what each input is in the graph.
 * @param givesFloat32 whether its first output is float32 otherwise.
 * @returns undefined where the op is recorded in float32.
 */
export function inHalf(
  type: HalfType,
  op: string,
  inputs: readonly ('half' | 'float32' | 'other')[],
  givesFloat32: boolean,
): HalfOperation | undefined {
  if (!begins.test(op) && !inputs.includes('half')) return undefined;
  const only = images[op];
  return {
    type,
    inputs: inputs.map((kind, index) => kind !== 'other' && (only === undefined || only.includes(index))),
    outputs: (index) => only === undefined || index === 0,
    attributes: op === 'Cast' ? castAttributes(type, givesFloat32) : { T: attribute.type(type) },
  };
}

/** A cast to float32 is one to the half type; others cast what they are given. */
function castAttributes(type: HalfType, givesFloat32: boolean): Attributes {
  const half = attribute.type(type);
  return givesFloat32 ? { SrcT: half, DstT: half } : { SrcT: half };
}
