import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { backendOf, bindingOf, type EagerAttribute } from './binding.ts';
import { dataTypeCode, type DataType } from './dataTypes.ts';
import type { TensorFlow } from './tensorFlow.ts';

/** The value of an attribute of a TensorFlow op; an array of numbers is a list of integers. */
export type AttributeValue =
  | { readonly type: DataType }
  | { readonly float: number }
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly bool: boolean }
  | { readonly string: string };

/**
 * Runs any TensorFlow op on tensors, also those that tfjs has no name for. It has no gradient by itself: wrap it with
 * `tf.customGrad`.
 * @param outputs how many outputs the op has.
 */
export function nativeOperation(
  tf: TensorFlow,
  op: string,
  inputs: readonly Tensor[],
  attributes: Readonly<Record<string, AttributeValue>>,
  outputs = 1,
): Tensor[] {
  const eager = Object.entries(attributes).map(([name, value]) => eagerAttribute(tf, name, value));
  return backendOf(tf).executeMultipleOutputs(op, eager, inputs, outputs);
}

/** {@link nativeOperation} for an op with one output. */
export function nativeTensor(
  tf: TensorFlow,
  op: string,
  inputs: readonly Tensor[],
  attributes: Readonly<Record<string, AttributeValue>>,
): Tensor {
  const [output] = nativeOperation(tf, op, inputs, attributes);
  if (output === undefined) throw new Error(`${op} gave no output.`);
  return output;
}

function eagerAttribute(tf: TensorFlow, name: string, value: AttributeValue): EagerAttribute {
  const binding = bindingOf(tf);
  if ('type' in value) return { name, type: binding.TF_ATTR_TYPE, value: dataTypeCode(value.type) };
  if ('float' in value) return { name, type: binding.TF_ATTR_FLOAT, value: value.float };
  if ('int' in value) return { name, type: binding.TF_ATTR_INT, value: value.int };
  if ('ints' in value) return { name, type: binding.TF_ATTR_INT, value: [...value.ints] };
  if ('bool' in value) return { name, type: binding.TF_ATTR_BOOL, value: value.bool };
  return { name, type: binding.TF_ATTR_STRING, value: value.string };
}
