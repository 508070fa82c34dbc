import { NoisefloorError } from '../study/errors.ts';
import { attribute } from './attributes.ts';
import type { DataType } from './dataTypes.ts';
import type { GraphDefinition, GraphOutput, SessionVariable } from './graphDefinition.ts';
import type { Examples } from './labelledImages.ts';
import type { GraphSession } from './session.ts';
import type { VariableAccess } from './variableAccess.ts';

/** Where the graphs of a session take their examples from. */
export interface ExampleNodes {
  readonly count: number;
  /** Whether each example has attributes instead of one class. */
  readonly hasAttributes: boolean;
  /**
   * Gathers examples.
   * @param indices int32 [n]: of examples; or, where they are streamed, places in the batch.
   * @param batch size of the whole batch.
   * @returns pixels float32 [n, height, width, channels], 0 to 255, and labels int32 [n], or float32 [n, attributes].
   */
  gather(indices: GraphOutput, batch: number): { pixels: GraphOutput; labels: GraphOutput };
  /** @throws NoisefloorError `example-index` if an index is not that of an example. */
  checkIndices(indices: Int32Array): void;
}

/** Examples held in the session, gathered by index. */
export class HeldExamples implements ExampleNodes {
  readonly count: number;
  readonly hasAttributes: boolean;
  readonly #graph: GraphDefinition;
  readonly #images: SessionVariable;
  readonly #labels: SessionVariable;

  /**
   * @param classes how many there are, or attributes.
   * @throws NoisefloorError `dataset-invalid` if images, labels and shape do not fit together.
   */
  constructor(graph: GraphDefinition, name: string, examples: Examples, classes: number) {
    const { images, labels, shape, attributes } = examples;
    checkExamples(name, examples, classes);
    const [height, width, channels] = shape;
    if (images.length !== labels.length * height * width * channels) {
      throw new NoisefloorError(
        'dataset-invalid',
        `The ${name} examples do not fit together: ${String(labels.length)} labels, ${String(images.length)} pixel values, images of ${shape.join(' x ')}.`,
      );
    }
    this.count = labels.length;
    this.hasAttributes = attributes !== undefined;
    this.#graph = graph;
    this.#images = graph.variable(`${name}/images`, 'uint8', [labels.length, ...shape]);
    this.#labels =
      attributes === undefined
        ? graph.variable(`${name}/labels`, 'int32', [labels.length])
        : graph.variable(`${name}/attributes`, 'uint8', [labels.length, classes]);
  }

  /** Puts the examples into the session. */
  write(session: GraphSession, access: VariableAccess, examples: Examples): void {
    access.write(session, [
      [this.#images.name, examples.images],
      [this.#labels.name, examples.attributes ?? examples.labels],
    ]);
  }

  gather(indices: GraphOutput): { pixels: GraphOutput; labels: GraphOutput } {
    const pixels = asFloat(this.#graph, this.#gather(this.#images, indices));
    const labels = this.#gather(this.#labels, indices);
    return { pixels, labels: this.hasAttributes ? asFloat(this.#graph, labels) : labels };
  }

  #gather(variable: SessionVariable, indices: GraphOutput): GraphOutput {
    return gatherRows(this.#graph, variable.dtype, this.#graph.read(variable), indices);
  }

  checkIndices(indices: Int32Array): void {
    refuseStrayIndices(indices, this.count);
  }
}

/** Bytes as float32. */
export function asFloat(graph: GraphDefinition, bytes: GraphOutput): GraphOutput {
  return graph.add('Cast', [bytes], {
    SrcT: attribute.type('uint8'),
    DstT: attribute.type('float32'),
    Truncate: attribute.bool(false),
  });
}

/** The rows of those indices. */
export function gatherRows(
  graph: GraphDefinition,
  dtype: DataType,
  rows: GraphOutput,
  indices: GraphOutput,
): GraphOutput {
  return graph.add('GatherV2', [rows, indices, graph.intScalar(0)], {
    Tparams: attribute.type(dtype),
    Tindices: attribute.type('int32'),
    Taxis: attribute.type('int32'),
    batch_dims: attribute.int(0),
  });
}

/** @throws NoisefloorError `example-index` if an index is not that of an example. */
export function refuseStrayIndices(indices: Int32Array, count: number): void {
  const stray = indices.find((index) => index < 0 || index >= count);
  if (stray === undefined) return;
  throw new NoisefloorError(
    'example-index',
    `There is no example ${String(stray)}: the session holds ${String(count)}, counted from 0.`,
  );
}

/** @throws NoisefloorError `dataset-invalid` if there are no examples, or a label or an attribute is not one. */
export function checkExamples(name: string, { labels, attributes }: Examples, classes: number): void {
  if (labels.length === 0) {
    throw new NoisefloorError('dataset-invalid', `There are no ${name} examples.`);
  }
  const stray = labels.findIndex((label) => label < 0 || label >= classes);
  if (stray >= 0) {
    throw new NoisefloorError(
      'dataset-invalid',
      `The label of ${name} example ${String(stray)} is ${String(labels[stray])}; there are ${String(classes)} classes, counted from 0.`,
    );
  }
  if (attributes !== undefined) checkAttributes(name, attributes, labels.length, classes);
}

function checkAttributes(name: string, attributes: Uint8Array, examples: number, count: number): void {
  if (attributes.length !== examples * count) {
    throw new NoisefloorError(
      'dataset-invalid',
      `The ${name} examples do not fit together: ${String(attributes.length)} attribute values of ${String(examples)} examples with ${String(count)} attributes each.`,
    );
  }
  const stray = attributes.findIndex((value) => value > 1);
  if (stray < 0) return;
  throw new NoisefloorError(
    'dataset-invalid',
    `Attribute ${String(stray % count)} of ${name} example ${String(Math.floor(stray / count))} is ${String(attributes[stray])}; expected 1 or 0.`,
  );
}
