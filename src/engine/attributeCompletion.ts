import { attribute, type Attributes } from './attributes.ts';
import { NoisefloorError } from '../study/errors.ts';
import type { EagerAttribute, NativeBinding } from './binding.ts';

/**
 * Type attributes that tfjs leaves out because eager TensorFlow infers them, by op: attribute -> index of the input whose
 * data type it is. A graph node must carry them.
 */
const inferredFromInput: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  ExpandDims: { T: 0, Tdim: 1 },
};

/**
 * The attributes of a graph node for an eager op: those it was called with, and those that eager TensorFlow infers.
 * @param inputTypes data type numbers of the op's inputs.
 * @throws NoisefloorError `recording-attribute` naming the op and the attribute that cannot be transcribed.
 */
export function completeAttributes(
  binding: NativeBinding,
  op: string,
  eager: readonly EagerAttribute[],
  inputTypes: readonly number[],
): Attributes {
  const attributes: Record<string, Attributes[string]> = {};
  for (const [name, input] of Object.entries(inferredFromInput[op] ?? {})) {
    const inputType = inputTypes[input];
    if (inputType !== undefined) attributes[name] = attribute.typeCode(inputType);
  }
  for (const each of eager) attributes[each.name] = transcribe(binding, op, each);
  return attributes;
}

function transcribe(
  binding: NativeBinding,
  op: string,
  { name, type, value }: EagerAttribute,
): Attributes[string] {
  if (type === binding.TF_ATTR_SHAPE && isNumbers(value)) return attribute.shape(value);
  if (type === binding.TF_ATTR_STRING && typeof value === 'string') return attribute.string(value);
  if (type === binding.TF_ATTR_BOOL && typeof value === 'boolean') return attribute.bool(value);
  if (typeof value === 'number') {
    if (type === binding.TF_ATTR_INT) return attribute.int(value);
    if (type === binding.TF_ATTR_FLOAT) return attribute.float(value);
    if (type === binding.TF_ATTR_TYPE) return attribute.typeCode(value);
  }
  if (isNumbers(value)) {
    if (type === binding.TF_ATTR_INT) return attribute.ints(value);
    if (type === binding.TF_ATTR_FLOAT) return attribute.floats(value);
    if (type === binding.TF_ATTR_TYPE) return attribute.typeCodes(value);
  }
  throw new NoisefloorError(
    'recording-attribute',
    `Recording ${op}: its attribute "${name}" has a value that a graph node cannot be given (${typeof value}, attribute type ${String(type)}).`,
  );
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'number');
}
