/** TensorFlow's data types that the engine uses, with their numbers in `types.proto` and in the C API. */
export const dataTypeCodes = {
  float32: 1,
  int32: 3,
  uint8: 4,
  string: 7,
  int64: 9,
  bool: 10,
  bfloat16: 14,
  float16: 19,
  uint32: 22,
} as const;
export type DataType = keyof typeof dataTypeCodes;

/** The number of a data type in TensorFlow's protocol. */
export function dataTypeCode(dtype: DataType): number {
  return dataTypeCodes[dtype];
}

/** The number of elements of a tensor of that shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
