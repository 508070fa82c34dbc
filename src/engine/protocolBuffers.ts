import { createRequire } from 'node:module';

/** The part of the `google-protobuf` classes, as tfjs-node ships them, that a graph definition is built with. */
interface Message {
  serializeBinary(): Uint8Array;
}
interface TensorShapeMessage extends Message {
  addDim(dim: DimMessage): DimMessage;
}
interface DimMessage extends Message {
  setSize(size: number): void;
}
interface TensorMessage extends Message {
  setDtype(dtype: number): void;
  setTensorShape(shape: TensorShapeMessage): void;
  /** Base64 of the raw little-endian values. */
  setTensorContent(base64: string): void;
}
export interface AttrValueMessage extends Message {
  /** Base64 of the bytes. */
  setS(base64: string): void;
  setI(value: number): void;
  setF(value: number): void;
  setB(value: boolean): void;
  setType(dtype: number): void;
  getType(): number;
  setShape(shape: TensorShapeMessage): void;
  setTensor(tensor: TensorMessage): void;
  setList(list: ListValueMessage): void;
}
interface ListValueMessage extends Message {
  setIList(values: readonly number[]): void;
  setFList(values: readonly number[]): void;
  setBList(values: readonly boolean[]): void;
  setTypeList(values: readonly number[]): void;
}
export interface NodeDefMessage extends Message {
  setName(name: string): void;
  setOp(op: string): void;
  setInputList(inputs: readonly string[]): void;
  getAttrMap(): { set(name: string, value: AttrValueMessage): void };
}
interface VersionDefMessage extends Message {
  setProducer(version: number): void;
}
interface GraphDefMessage extends Message {
  setNodeList(nodes: readonly NodeDefMessage[]): void;
  setVersions(versions: VersionDefMessage): void;
}
interface MetaInfoDefMessage extends Message {
  setTagsList(tags: readonly string[]): void;
}
interface MetaGraphDefMessage extends Message {
  setMetaInfoDef(info: MetaInfoDefMessage): void;
  setGraphDef(graph: GraphDefMessage): void;
}
interface SavedModelMessage extends Message {
  setSavedModelSchemaVersion(version: number): void;
  setMetaGraphsList(graphs: readonly MetaGraphDefMessage[]): void;
}

interface ProtocolBuffers {
  TensorShape: (new () => TensorShapeMessage) & { Dim: new () => DimMessage };
  Tensor: new () => TensorMessage;
  AttrValue: (new () => AttrValueMessage) & { ListValue: new () => ListValueMessage };
  NodeDef: new () => NodeDefMessage;
  VersionDef: new () => VersionDefMessage;
  GraphDef: new () => GraphDefMessage;
  MetaGraphDef: (new () => MetaGraphDefMessage) & { MetaInfoDef: new () => MetaInfoDefMessage };
  SavedModel: new () => SavedModelMessage;
}

/** TensorFlow's protocol messages; loading them does not load TensorFlow. */
export const protocolBuffers = createRequire(import.meta.url)(
  '@tensorflow/tfjs-node-gpu/dist/proto/api_pb.js',
) as ProtocolBuffers;

/** Base64 of some bytes, which is how these classes take a `bytes` field. */
export function base64(bytes: ArrayBufferView | string): string {
  return typeof bytes === 'string'
    ? Buffer.from(bytes).toString('base64')
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
