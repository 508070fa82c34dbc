import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { NoisefloorError } from '../study/errors.ts';
import { attribute } from './attributes.ts';
import { completeAttributes } from './attributeCompletion.ts';
import {
  backendOf,
  withBinding,
  type BindingValues,
  type EagerAttribute,
  type NativeBinding,
  type TensorMetadata,
} from './binding.ts';
import { dataTypeCode, type DataType } from './dataTypes.ts';
import { exactAttributes, hiddenOperands } from './exactness.ts';
import type { GraphDefinition, GraphOutput } from './graphDefinition.ts';
import { inHalf, type HalfOperation, type HalfType } from './mixedPrecision.ts';
import { OperationScopes } from './operationScopes.ts';
import type { TensorFlow } from './tensorFlow.ts';

/** What a native tensor is in the graph. */
interface Source {
  readonly output: GraphOutput;
  /** In the graph: a tensor that is float32 while recording may be of a half type there. */
  readonly dtypeCode: number;
  readonly shape: readonly number[];
  /** The op that made it; undefined for inputs, variables and constants. */
  readonly op: string | undefined;
  /** Whether it is the same at every step. */
  readonly constant: boolean;
}

/** A tensor whose values were made while recording: a constant of the graph, added when an op first reads it. */
interface Constant {
  readonly shape: readonly number[];
  readonly dtypeCode: number;
  readonly values: BindingValues;
}

const randomOperation = /random|multinomial|truncatednormal/i;

/**
 * Transcribes the eager ops that tfjs runs into nodes of a graph. Inputs and variables are bound to graph outputs first;
 * then everything that `run`'s body does is recorded, gradients included.
 *
 * What would silently freeze a number into the graph is an error that names the op: a random op, a tensor made before
 * recording that is no input, reading a value that depends on an input. Tensors made while recording become constants.
 */
export class Recording {
  readonly #tf: TensorFlow;
  readonly #graph: GraphDefinition;
  readonly #sources = new Map<number, Source>();
  readonly #constants = new Map<number, Constant>();
  readonly #opaque = new Map<GraphOutput, GraphOutput>();
  readonly #scopes: OperationScopes;
  readonly #half: HalfType | undefined;
  readonly #casts = new Map<string, GraphOutput>();
  #keepsFloat32 = false;

  /** @param half what the ops of layers are recorded in instead of float32: see {@link inHalf}. */
  constructor(tf: TensorFlow, graph: GraphDefinition, half?: HalfType) {
    this.#tf = tf;
    this.#graph = graph;
    this.#half = half;
    this.#scopes = new OperationScopes(tf);
  }

  /** Makes a tensor (an input's sample value, a variable) stand for an output of the graph. */
  bind(tensor: Tensor, output: GraphOutput): void {
    const code = dataTypeCode(tensor.dtype === 'int32' || tensor.dtype === 'bool' ? tensor.dtype : 'float32');
    this.#sources.set(this.#idOf(tensor), {
      output,
      dtypeCode: code,
      shape: tensor.shape,
      op: undefined,
      constant: false,
    });
  }

  /** The graph output that a tensor stands for, of the tensor's own type. To be called inside `run`'s body. */
  outputOf(tensor: Tensor): GraphOutput {
    return this.#asFloat32(this.#sourceOf(this.#idOf(tensor), 'the result')).output;
  }

  /** Records the ops of `body` in float32, also where their inputs are of a half type. */
  inFloat32<T>(body: () => T): T {
    const before = this.#keepsFloat32;
    this.#keepsFloat32 = true;
    try {
      return body();
    } finally {
      this.#keepsFloat32 = before;
    }
  }

  /**
   * Runs `body` eagerly and records its ops. Its tensors are disposed afterwards unless they are returned or kept.
   * @throws NoisefloorError `recording-random`, `recording-foreign-tensor`, `recording-read`, `recording-attribute`,
   *   `operation-failed`: each names the op.
   */
  run<T>(body: () => T): T {
    const backend = backendOf(this.#tf);
    const written = new WeakSet<object>();
    const write = backend.write.bind(backend);
    backend.write = (values, shape, dtype) => {
      if (typeof values === 'object' && values !== null) written.add(values);
      return write(values, shape, dtype);
    };
    try {
      return withBinding(
        this.#tf,
        (original) => this.#intercept(original, written),
        () =>
          this.#scopes.watch((operation) => {
            this.#refuseRandom(operation);
          }, body),
      );
    } catch (cause) {
      if (cause instanceof NoisefloorError) throw cause;
      throw new NoisefloorError('operation-failed', `Recording a step: ${messageOf(cause)}`, { cause });
    } finally {
      Reflect.deleteProperty(backend, 'write');
    }
  }

  #intercept(original: NativeBinding, written: WeakSet<object>): Partial<NativeBinding> {
    return {
      createTensor: (shape, dtypeCode, values) => {
        const id = original.createTensor(shape, dtypeCode, values);
        // Kernels make 64-bit scalars themselves, past `write`.
        if (written.has(values) || dtypeCode === dataTypeCode('int64')) {
          this.#constants.set(id, { shape: [...shape], dtypeCode, values });
        }
        return id;
      },
      executeOp: (op, attributes, inputIds, outputs) =>
        this.#execute(original, op, attributes, inputIds, outputs),
      tensorDataSync: (id) => {
        // `tf.gather` reads its indices only to check them.
        if (this.#sources.get(id)?.constant === false && this.#scopes.innermost !== 'gather') {
          throw new NoisefloorError(
            'recording-read',
            `Recording ${this.#scopes.innermost ?? 'a step'}: it reads the value of a tensor that the step computes, which would be frozen into the graph. Compute with the tensor itself instead.`,
          );
        }
        return original.tensorDataSync(id);
      },
    };
  }

  #execute(
    original: NativeBinding,
    op: string,
    attributes: readonly EagerAttribute[],
    inputIds: readonly number[],
    outputs: number,
  ): TensorMetadata[] {
    this.#refuseRandom(op);
    const given = Array.from(inputIds, (id) => this.#sourceOf(id, op));
    let results: TensorMetadata[];
    try {
      results = original.executeOp(op, attributes, inputIds, outputs);
    } catch (cause) {
      throw new NoisefloorError('operation-failed', `Recording ${this.#describe(op)}: ${messageOf(cause)}`, {
        cause,
      });
    }
    const half = this.#halfOf(op, given, isFloat32(results[0]?.dtype ?? 0));
    const inputs = given.map((source, index) =>
      half?.inputs[index] === true ? this.#cast(source, half.type) : this.#asFloat32(source),
    );
    const hidden = hiddenOperands(
      op,
      inputs.map((source) => ({
        op: source.op,
        floatConstant: source.constant && isFloat32(source.dtypeCode),
      })),
    );
    const node = this.#graph.add(
      op,
      inputs.map((source, index) => (hidden[index] === true ? this.#hide(source) : source.output)),
      {
        ...completeAttributes(
          original,
          op,
          attributes,
          inputs.map(({ dtypeCode }) => dtypeCode),
        ),
        ...half?.attributes,
        ...exactAttributes(op),
      },
    );
    results.forEach(({ id, dtype, shape }, index) => {
      this.#sources.set(id, {
        output: index === 0 ? node : `${node}:${String(index)}`,
        dtypeCode: half?.outputs(index) === true && isFloat32(dtype) ? dataTypeCode(half.type) : dtype,
        shape,
        op,
        constant: false,
      });
    });
    return results;
  }

  /** How an op is recorded in a half type; undefined where it is recorded as it is. */
  #halfOf(op: string, inputs: readonly Source[], givesFloat32: boolean): HalfOperation | undefined {
    if (this.#half === undefined || this.#keepsFloat32) return undefined;
    const code = dataTypeCode(this.#half);
    return inHalf(
      this.#half,
      op,
      inputs.map(({ dtypeCode: each }) => (each === code ? 'half' : isFloat32(each) ? 'float32' : 'other')),
      givesFloat32,
    );
  }

  /** A source as float32 where it is of the half type. */
  #asFloat32(source: Source): Source {
    if (this.#half === undefined || source.dtypeCode !== dataTypeCode(this.#half)) return source;
    return this.#cast(source, 'float32');
  }

  #cast(source: Source, dtype: DataType): Source {
    const code = dataTypeCode(dtype);
    if (source.dtypeCode === code) return source;
    const key = `${source.output} ${dtype}`;
    const output =
      this.#casts.get(key) ??
      this.#graph.add('Cast', [source.output], {
        SrcT: attribute.typeCode(source.dtypeCode),
        DstT: attribute.type(dtype),
        Truncate: attribute.bool(false),
      });
    this.#casts.set(key, output);
    return { ...source, output, dtypeCode: code };
  }

  #sourceOf(id: number, op: string): Source {
    const known = this.#sources.get(id);
    if (known !== undefined) return known;
    const constant = this.#constants.get(id);
    if (constant === undefined) {
      throw new NoisefloorError(
        'recording-foreign-tensor',
        `Recording ${this.#describe(op)}: it reads a tensor that was made before recording began. Pass it as an input or a variable, or make it inside the step if it is a constant.`,
      );
    }
    if (Array.isArray(constant.values)) {
      throw new NoisefloorError(
        'recording-foreign-tensor',
        `Recording ${this.#describe(op)}: constant strings cannot be recorded.`,
      );
    }
    const source: Source = {
      output: this.#graph.constant(constant.dtypeCode, constant.shape, constant.values),
      dtypeCode: constant.dtypeCode,
      shape: constant.shape,
      op: undefined,
      constant: true,
    };
    this.#sources.set(id, source);
    this.#constants.delete(id);
    return source;
  }

  /** A tensor so wrapped that the graph optimiser does not know what it is. */
  #hide({ output, dtypeCode: code, shape }: Source): GraphOutput {
    const existing = this.#opaque.get(output);
    if (existing !== undefined) return existing;
    const attributes = { dtype: attribute.typeCode(code), shape: attribute.shape(shape) };
    const hidden = this.#graph.add('PlaceholderWithDefault', [output], attributes);
    this.#opaque.set(output, hidden);
    return hidden;
  }

  #refuseRandom(operation: string): void {
    if (!randomOperation.test(operation) && operation !== 'rand') return;
    throw new NoisefloorError(
      'recording-random',
      `Recording ${this.#describe(operation)}: a random operation would give the same numbers at every step. Draw the numbers outside and pass them as an input.`,
    );
  }

  #describe(op: string): string {
    const scope = this.#scopes.innermost;
    return scope === undefined || scope === op ? op : `${op} (in ${scope})`;
  }

  #idOf(tensor: Tensor): number {
    const [id] = backendOf(this.#tf).getInputTensorIds([tensor]);
    if (id === undefined) throw new Error('tfjs gave no native tensor for a tensor.');
    return id;
  }
}

function isFloat32(code: number): boolean {
  return code === dataTypeCode('float32');
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
