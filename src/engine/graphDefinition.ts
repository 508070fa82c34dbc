import { attribute, type Attributes } from './attributes.ts';
import { dataTypeCode, type DataType } from './dataTypes.ts';
import { protocolBuffers, type NodeDefMessage } from './protocolBuffers.ts';

/** An output of a node: `name` for the first, `name:1` for the next, `^name` for "after that node" among inputs. */
export type GraphOutput = string;

/** A variable that lives in the session. */
export interface SessionVariable {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: DataType;
  /** Output that holds the variable's resource. */
  readonly handle: GraphOutput;
}

/** A node as it was added. */
export interface GraphNode {
  /** Its first output. */
  readonly name: GraphOutput;
  readonly op: string;
  /** Outputs of other nodes; control inputs (`^name`) last. */
  readonly inputs: readonly GraphOutput[];
  readonly attributes: Attributes;
}

/** The version of TensorFlow's graph format that is written; any since 2.0 reads it. */
const producerVersion = 1994;

/** Builds a TensorFlow graph definition node by node. */
export class GraphDefinition {
  readonly #nodes: NodeDefMessage[] = [];
  readonly #added: GraphNode[] = [];
  readonly #variables = new Map<string, SessionVariable>();
  readonly #scalars = new Map<string, GraphOutput>();
  #scope = '';
  #count = 0;

  /** How many nodes the graph has. */
  get size(): number {
    return this.#nodes.length;
  }

  /** In the order in which they were added: each comes after its inputs. */
  get nodes(): readonly GraphNode[] {
    return this.#added;
  }

  get variables(): readonly SessionVariable[] {
    return [...this.#variables.values()];
  }

  /** Names the nodes that `body` adds under `scope/`, so that TensorFlow's own messages tell what they belong to. */
  within<T>(scope: string, body: () => T): T {
    const outer = this.#scope;
    this.#scope = `${outer}${scope}/`;
    try {
      return body();
    } finally {
      this.#scope = outer;
    }
  }

  /**
   * Adds a node.
   * @param inputs outputs of other nodes; control inputs (`^name`) last.
   * @param name full name; by default the scope, the op and a number.
   * @returns the node's first output.
   */
  add(op: string, inputs: readonly GraphOutput[], attributes: Attributes = {}, name?: string): GraphOutput {
    const fullName = name ?? `${this.#scope}${op.replace(/^_/, '')}_${String(this.#count++)}`;
    const node = new protocolBuffers.NodeDef();
    node.setName(fullName);
    node.setOp(op);
    node.setInputList(inputs);
    for (const [key, value] of Object.entries(attributes)) node.getAttrMap().set(key, value);
    this.#nodes.push(node);
    this.#added.push({ name: fullName, op, inputs: [...inputs], attributes });
    return fullName;
  }

  /** A constant from its raw values. */
  constant(dtypeCode: number, shape: readonly number[], values: ArrayBufferView): GraphOutput {
    return this.add('Const', [], {
      dtype: attribute.typeCode(dtypeCode),
      value: attribute.tensor(dtypeCode, shape, values),
    });
  }

  /** A float32 scalar constant; equal ones share a node. */
  floatScalar(value: number): GraphOutput {
    return this.#sharedScalar(`float32/${String(value)}`, dataTypeCode('float32'), Float32Array.of(value));
  }

  /** An int32 scalar constant; equal ones share a node. */
  intScalar(value: number): GraphOutput {
    return this.#sharedScalar(`int32/${String(value)}`, dataTypeCode('int32'), Int32Array.of(value));
  }

  #sharedScalar(key: string, dtypeCode: number, values: ArrayBufferView): GraphOutput {
    const existing = this.#scalars.get(key);
    if (existing !== undefined) return existing;
    const made = this.constant(dtypeCode, [], values);
    this.#scalars.set(key, made);
    return made;
  }

  /** An int32 vector constant. */
  intVector(values: readonly number[]): GraphOutput {
    return this.constant(dataTypeCode('int32'), [values.length], Int32Array.from(values));
  }

  /** Vectors end to end. @param vectors at least one. */
  concat(dtype: DataType, vectors: readonly GraphOutput[]): GraphOutput {
    const [only] = vectors;
    if (vectors.length === 1 && only !== undefined) return only;
    return this.add('ConcatV2', [...vectors, this.intScalar(0)], {
      N: attribute.int(vectors.length),
      T: attribute.type(dtype),
      Tidx: attribute.type('int32'),
    });
  }

  /** A place for a value that is fed with each call. */
  placeholder(name: string, dtype: DataType, shape: readonly number[]): GraphOutput {
    return this.add(
      'Placeholder',
      [],
      { dtype: attribute.type(dtype), shape: attribute.shape(shape) },
      this.#scope + name,
    );
  }

  /** A variable that lives in the session, uninitialised. */
  variable(name: string, dtype: DataType, shape: readonly number[]): SessionVariable {
    const handle = this.add(
      'VarHandleOp',
      [],
      {
        dtype: attribute.type(dtype),
        shape: attribute.shape(shape),
        shared_name: attribute.string(name),
        container: attribute.string(''),
      },
      `variable/${name}`,
    );
    const variable: SessionVariable = { name, shape: [...shape], dtype, handle };
    this.#variables.set(name, variable);
    return variable;
  }

  /** Reads a variable after the given nodes have run. */
  read(variable: SessionVariable, after: readonly GraphOutput[] = []): GraphOutput {
    return this.add('ReadVariableOp', [variable.handle, ...after.map(controlInput)], {
      dtype: attribute.type(variable.dtype),
    });
  }

  /** Assigns a value to a variable after the given nodes have run; the result is for control inputs only. */
  assign(variable: SessionVariable, value: GraphOutput, after: readonly GraphOutput[] = []): GraphOutput {
    return this.add('AssignVariableOp', [variable.handle, value, ...after.map(controlInput)], {
      dtype: attribute.type(variable.dtype),
      validate_shape: attribute.bool(true),
    });
  }

  /** A value that is ready once the given nodes have run. */
  identity(dtype: DataType, value: GraphOutput, after: readonly GraphOutput[] = []): GraphOutput {
    return this.add('Identity', [value, ...after.map(controlInput)], { T: attribute.type(dtype) });
  }

  /**
   * One output that stands for many nodes having run. Where many nodes wait for as many, TensorFlow's optimiser would take
   * minutes over their product.
   */
  all(outputs: readonly GraphOutput[]): GraphOutput {
    return this.add('NoOp', outputs.map(controlInput));
  }

  /** The bytes of a SavedModel (`saved_model.pb`, tag `serve`) that holds the graph and nothing else. */
  serialize(): Uint8Array {
    const graph = new protocolBuffers.GraphDef();
    graph.setNodeList(this.#nodes);
    const versions = new protocolBuffers.VersionDef();
    versions.setProducer(producerVersion);
    graph.setVersions(versions);
    const information = new protocolBuffers.MetaGraphDef.MetaInfoDef();
    information.setTagsList(['serve']);
    const metaGraph = new protocolBuffers.MetaGraphDef();
    metaGraph.setMetaInfoDef(information);
    metaGraph.setGraphDef(graph);
    const model = new protocolBuffers.SavedModel();
    model.setSavedModelSchemaVersion(1);
    model.setMetaGraphsList([metaGraph]);
    return model.serializeBinary();
  }
}

/** "After that node", as an input of another one. */
export function controlInput(output: GraphOutput): GraphOutput {
  return `^${output.split(':')[0] ?? output}`;
}
