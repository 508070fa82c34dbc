import { NoisefloorError } from '../study/errors.ts';
import { attribute } from './attributes.ts';
import type { GraphDefinition, GraphOutput, SessionVariable } from './graphDefinition.ts';
import type { Examples } from './labelledImages.ts';
import type { GraphSession } from './session.ts';
import type { VariableAccess } from './variableAccess.ts';

/** Examples held in the session, gathered by index. */
export class HeldExamples {
  readonly count: number;
  /** Whether each example has attributes instead of one class. */
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
    const [height, width, channels] = shape;
    if (labels.length === 0 || images.length !== labels.length * height * width * channels) {
      throw new NoisefloorError(
        'dataset-invalid',
        `The ${name} examples do not fit together: ${String(labels.length)} labels, ${String(images.length)} pixel values, images of ${shape.join(' x ')}.`,
      );
    }
    const stray = labels.findIndex((label) => label < 0 || label >= classes);
    if (stray >= 0) {
      throw new NoisefloorError(
        'dataset-invalid',
        `The label of ${name} example ${String(stray)} is ${String(labels[stray])}; there are ${String(classes)} classes, counted from 0.`,
      );
    }
    if (attributes !== undefined) checkAttributes(name, attributes, labels.length, classes);
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

  /**
   * Gathers examples.
   * @param indices int32 [n].
   * @returns pixels float32 [n, height, width, channels], 0 to 255, and labels int32 [n], or float32 [n, attributes].
   */
  gather(indices: GraphOutput): { pixels: GraphOutput; labels: GraphOutput } {
    const pixels = this.#numbers(this.#gather(this.#images, indices));
    const labels = this.#gather(this.#labels, indices);
    return { pixels, labels: this.hasAttributes ? this.#numbers(labels) : labels };
  }

  /** Bytes as float32. */
  #numbers(bytes: GraphOutput): GraphOutput {
    return this.#graph.add('Cast', [bytes], {
      SrcT: attribute.type('uint8'),
      DstT: attribute.type('float32'),
      Truncate: attribute.bool(false),
    });
  }

  #gather(variable: SessionVariable, indices: GraphOutput): GraphOutput {
    return this.#graph.add('GatherV2', [this.#graph.read(variable), indices, this.#graph.intScalar(0)], {
      Tparams: attribute.type(variable.dtype),
      Tindices: attribute.type('int32'),
      Taxis: attribute.type('int32'),
      batch_dims: attribute.int(0),
    });
  }

  /** @throws NoisefloorError `example-index` if an index is not that of an example. */
  checkIndices(indices: Int32Array): void {
    const stray = indices.find((index) => index < 0 || index >= this.count);
    if (stray === undefined) return;
    throw new NoisefloorError(
      'example-index',
      `There is no example ${String(stray)}: the session holds ${String(this.count)}, counted from 0.`,
    );
  }
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
