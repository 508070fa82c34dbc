import { dataTypeCode, type DataType } from './dataTypes.ts';
import { base64, protocolBuffers, type AttrValueMessage } from './protocolBuffers.ts';

/** The attributes of a graph node by name. */
export type Attributes = Readonly<Record<string, AttrValueMessage>>;

function attributeValue(fill: (value: AttrValueMessage) => void): AttrValueMessage {
  const value = new protocolBuffers.AttrValue();
  fill(value);
  return value;
}

function listValue(
  fill: (list: InstanceType<typeof protocolBuffers.AttrValue.ListValue>) => void,
): AttrValueMessage {
  const list = new protocolBuffers.AttrValue.ListValue();
  fill(list);
  return attributeValue((value) => {
    value.setList(list);
  });
}

function shapeMessage(shape: readonly number[]): InstanceType<typeof protocolBuffers.TensorShape> {
  const message = new protocolBuffers.TensorShape();
  for (const size of shape) {
    const dim = new protocolBuffers.TensorShape.Dim();
    dim.setSize(size);
    message.addDim(dim);
  }
  return message;
}

/** Builds the values of node attributes. */
export const attribute = {
  /** A data type given by its number in TensorFlow's protocol. */
  typeCode: (code: number): AttrValueMessage =>
    attributeValue((value) => {
      value.setType(code);
    }),
  type: (dtype: DataType): AttrValueMessage => attribute.typeCode(dataTypeCode(dtype)),
  typeCodes: (codes: readonly number[]): AttrValueMessage =>
    listValue((list) => {
      list.setTypeList(codes);
    }),
  int: (integer: number): AttrValueMessage =>
    attributeValue((value) => {
      value.setI(integer);
    }),
  ints: (integers: readonly number[]): AttrValueMessage =>
    listValue((list) => {
      list.setIList(integers);
    }),
  float: (number: number): AttrValueMessage =>
    attributeValue((value) => {
      value.setF(number);
    }),
  floats: (numbers: readonly number[]): AttrValueMessage =>
    listValue((list) => {
      list.setFList(numbers);
    }),
  bool: (truth: boolean): AttrValueMessage =>
    attributeValue((value) => {
      value.setB(truth);
    }),
  bools: (truths: readonly boolean[]): AttrValueMessage =>
    listValue((list) => {
      list.setBList(truths);
    }),
  string: (text: string): AttrValueMessage =>
    attributeValue((value) => {
      value.setS(base64(text));
    }),
  shape: (shape: readonly number[]): AttrValueMessage =>
    attributeValue((value) => {
      value.setShape(shapeMessage(shape));
    }),
  /** A whole tensor, from its raw little-endian values. */
  tensor: (dtypeCode: number, shape: readonly number[], values: ArrayBufferView): AttrValueMessage =>
    attributeValue((value) => {
      const tensor = new protocolBuffers.Tensor();
      tensor.setDtype(dtypeCode);
      tensor.setTensorShape(shapeMessage(shape));
      tensor.setTensorContent(base64(values));
      value.setTensor(tensor);
    }),
};
