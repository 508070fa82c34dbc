import type { Tensor, TensorInfo } from '@tensorflow/tfjs-node-gpu';
import type { TensorFlow } from './tensorFlow.ts';

/** An attribute as tfjs hands it to an eager op. */
export interface EagerAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** A tensor that an eager op or a session call gave back. */
export interface TensorMetadata {
  readonly id: number;
  readonly shape: readonly number[];
  readonly dtype: number;
}

export type BindingValues = Float32Array | Int32Array | Uint8Array | Uint8Array[];

/** tfjs-node's native binding: what all its eager ops and session calls go through. */
export interface NativeBinding {
  createTensor(shape: readonly number[], dtype: number, values: BindingValues): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array | BigInt64Array | Uint8Array[];
  executeOp(
    op: string,
    attributes: readonly EagerAttribute[],
    inputIds: readonly number[],
    outputs: number,
  ): TensorMetadata[];
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(session: number): void;
  runSavedModel(
    session: number,
    inputIds: readonly number[],
    feeds: string,
    fetches: string,
  ): TensorMetadata[];
  getNumOfTensors(): number;
  getNumOfSavedModels(): number;
  isUsingGpuDevice(): boolean;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
  readonly TF_Version: string;
}

/** The parts of tfjs-node's backend that the engine uses. */
export interface NodeBackend {
  binding: NativeBinding;
  write(values: unknown, shape: number[], dtype: string): object;
  /** Ids of the native tensors behind tfjs tensors; writes those whose values are still on the JavaScript side. */
  getInputTensorIds(tensors: readonly TensorInfo[]): number[];
  executeMultipleOutputs(
    op: string,
    attributes: readonly EagerAttribute[],
    inputs: readonly TensorInfo[],
    outputs: number,
  ): Tensor[];
}

/** The backend behind a loaded TensorFlow. */
export function backendOf(tf: TensorFlow): NodeBackend {
  return tf.backend() as unknown as NodeBackend;
}

/** The native binding behind a loaded TensorFlow. */
export function bindingOf(tf: TensorFlow): NativeBinding {
  return backendOf(tf).binding;
}

/**
 * Runs `body` with some functions of the native binding replaced. The binding's own object is frozen, so the backend is
 * given a copy for the time.
 * @param replace is given the binding in use and returns the functions to replace.
 */
export function withBinding<T>(
  tf: TensorFlow,
  replace: (original: NativeBinding) => Partial<NativeBinding>,
  body: () => T,
): T {
  const backend = backendOf(tf);
  const original = backend.binding;
  const copy: Record<string, unknown> = {};
  for (const key of Object.getOwnPropertyNames(original)) {
    const member: unknown = Reflect.get(original, key);
    copy[key] = typeof member === 'function' ? (member.bind(original) as unknown) : member;
  }
  backend.binding = Object.assign(copy, replace(original)) as unknown as NativeBinding;
  try {
    return body();
  } finally {
    backend.binding = original;
  }
}
